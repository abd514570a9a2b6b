import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '../build.ts'

/** Runs a Node program to its end, in a process of its own. */
export function runProgram(args: string[], env: NodeJS.ProcessEnv): Promise<{ seconds: number; output: string }> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve({ seconds: (performance.now() - started) / 1000, output })
      else reject(new Error(`${args.join(' ')} ended with ${code}`))
    })
  })
}

/** What run.ts prints of the jobs that it ran. */
export interface Run {
  phase: string
  items: number
  /** Of each. */
  seconds: number[]
  /** Of the last: seconds since its start and items done, a few times a second. */
  samples: [seconds: number, items: number][]
  cpuSeconds: number
  peakBytes: number
  processSeconds: number
}

/** As bin/lateen.js starts the command. */
const START = `import module from 'node:module'
module.enableCompileCache()
await import('./run.js')
`

/** The jobs' code, bundled and started as the command's is; each call is a new process. Deleted at the end. */
export async function jobRunner(folder: string): Promise<(args: string[], env: NodeJS.ProcessEnv) => Promise<Run>> {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await bundle({ run: fileURLToPath(new URL('run.ts', import.meta.url)) }, folder)
  const start = join(folder, 'start.js')
  await writeFile(start, START)
  return async (args, env) => {
    const { seconds: processSeconds, output } = await runProgram([start, ...args], env)
    const run: Run = { ...JSON.parse(output), processSeconds }
    if (run.phase !== 'Completed') throw new Error(`${args.join(' ')} is ${run.phase}: ${output}`)
    return run
  }
}

/** The environment of a job on a cluster, with a store of its own or another's, as node_modules/.bin/lateen and the functions have it. */
export function jobEnv(cluster: NodeJS.ProcessEnv, store: NodeJS.ProcessEnv, bucket: string): NodeJS.ProcessEnv {
  const { S3_ENDPOINT: LATEEN_S3_URL } = store
  return {
    ...store,
    MALLOC_ARENA_MAX: '2',
    KUBECONFIG: cluster.KUBECONFIG,
    LATEEN_BUCKET: `s3://${bucket}`,
    LATEEN_S3_URL,
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

/** Items per second in each tenth of the items. */
export function tenths(samples: readonly (readonly [seconds: number, items: number])[]): number[] {
  const all = samples.at(-1)?.[1] ?? 0
  const times = Array.from({ length: 11 }, (_, i) => timeOf(samples, (all * i) / 10))
  return times.slice(1).map((time, i) => Math.round(all / 10 / (time - (times[i] ?? 0))))
}

/** When so many items were done, between the samples in a straight line. */
function timeOf(samples: readonly (readonly [seconds: number, items: number])[], items: number): number {
  let [before, done] = [0, 0]
  for (const [seconds, count] of samples) {
    if (count >= items && count > done) return before + ((seconds - before) * (items - done)) / (count - done)
    before = seconds
    done = count
  }
  return before
}
