import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The client address of the etcd behind a control plane of ../shared/cluster, by the command line that it runs with. */
export function etcdOf(kubeconfig: string): string | undefined {
  const pids = join(dirname(kubeconfig), 'pids')
  if (!existsSync(pids)) return undefined
  const pid = /^(\d+) etcd$/m.exec(readFileSync(pids, 'utf8'))?.[1]
  const command = pid && existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
  return /--listen-client-urls\0(\S+?)\0/.exec(command)?.[1]
}

/**
 * Makes it forget all versions but the newest, and says so as the compactors of API servers tell each other: these serve old
 * versions from their caches until they hear of it, for minutes.
 */
export async function compact(etcd: string): Promise<void> {
  const { header } = (await ask(etcd, '/v3/maintenance/status', {})) as { header: { revision: string } }
  const { revision } = header
  await ask(etcd, '/v3/kv/compaction', { revision, physical: true })
  await ask(etcd, '/v3/kv/put', { key: btoa('compact_rev_key'), value: btoa(revision) })
}

async function ask(etcd: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
