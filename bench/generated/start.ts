import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import type { Counts } from './answer.ts'
import { COUNTS_PATH } from './cluster.ts'

export interface RunningCluster {
  /** How to reach it: KUBECONFIG, KUBE_SERVER, KUBE_TOKEN. */
  env: NodeJS.ProcessEnv
  counts(): Promise<Counts>
  stop(): Promise<void>
}

/** A generated cluster in a process of its own, which ends with this one. */
export async function startGenerated(items: number, large = false): Promise<RunningCluster> {
  const program = fileURLToPath(new URL('main.ts', import.meta.url))
  const args = [program, '--items', String(items), ...(large ? ['--large'] : [])]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([once(lines, 'line'), ended.then(() => [])])
  if (line === undefined) throw new Error('the generated cluster did not start')
  const env: NodeJS.ProcessEnv = JSON.parse(line)
  return {
    env,
    counts: async () => {
      const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
      const headers = { authorization: `Bearer ${env.KUBE_TOKEN}` }
      const { body } = await request(`${env.KUBE_SERVER}${COUNTS_PATH}`, { headers, dispatcher })
      const counts = (await body.json()) as Counts
      await dispatcher.close()
      return counts
    },
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
