import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'

const kit = fileURLToPath(new URL('../../shared/cluster/', import.meta.url))

/** The floor's program; see docs/performance.md. */
export const FLOOR = join(kit, 'floor.mjs')

/** A control plane, with MinIO unless that is left out, in processes of its own. */
export interface Cluster {
  /** How to reach it, beside the environment of this process. */
  env: NodeJS.ProcessEnv
  stop(): void
}

const running = new Set<Cluster>()
// None outlives the benchmark, however that ends.
process.once('exit', () => {
  for (const cluster of running) cluster.stop()
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

/** No controllers: what is in the cluster is what was put there, and nothing else uses the machine. */
export function startCluster({ minio }: { minio: boolean }): Cluster {
  const folder = mkdtempSync(join(tmpdir(), 'lateen-bench-cluster-'))
  const cluster: Cluster = {
    env: process.env,
    stop: () => {
      if (running.delete(cluster)) execFileSync(join(kit, 'down'), [folder])
    },
  }
  running.add(cluster)
  const env = { ...process.env, NO_CONTROLLERS: '1', ...(!minio && { NO_MINIO: '1' }) }
  execFileSync(join(kit, 'up'), [folder], { env, stdio: 'ignore' })
  const exported = [...readFileSync(join(folder, 'env'), 'utf8').matchAll(/(\w+)=(\S+)/g)]
  cluster.env = { ...process.env, ...Object.fromEntries(exported.map(([, name, value]) => [name, value])) }
  return cluster
}

/** How many requests the API server has answered with 429, by its own metrics. */
export async function throttledRequests({ env }: Cluster): Promise<number> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
  const headers = { authorization: `Bearer ${env.KUBE_TOKEN}` }
  const { body } = await request(`${env.KUBE_SERVER}/metrics`, { headers, dispatcher })
  const counters = (await body.text()).match(/^apiserver_request_total\{.*code="429".*\} \S+$/gm) ?? []
  await dispatcher.close()
  return counters.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
