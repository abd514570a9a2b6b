// node bench/backup.ts [--items 1000,10000,100000] [--rounds 5]: how fast a backup is, from settings to record, beside the
// least that reading the same lists costs, and what memory its process takes. On a real control plane and MinIO of its
// own, from the cluster kit beside the project (../shared/cluster). Prints one JSON line for each size; `seconds` leaves
// out the start of the process, as the floor does, and `processSeconds` has it too; `warmSeconds` is a later backup of the
// same process, as in a function that is used again, and as the floor's rounds are.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundle } from '../build.ts'
import { populate } from './populate.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const kit = path('../../shared/cluster/')
const { values } = parseArgs({
  options: { items: { type: 'string', default: '1000,10000,100000' }, rounds: { type: 'string', default: '5' } },
})
const rounds = Number(values.rounds)
/** Backups in one process, of which the last counts as warm. */
const WARM = 4
const folder = mkdtempSync(join(tmpdir(), 'lateen-bench-'))

interface Floor {
  seconds: number
  bytes: number
}

interface Run {
  phase: string
  seconds: number[]
  processSeconds: number
  peakBytes: number
  cpuSeconds: number
  items: number
}

try {
  await bundle('run', path('run.ts'), join(folder, 'bundle'))
  const env = startCluster()
  await makeBucket(env)
  let there = 0
  for (const items of values.items.split(',').map(Number)) {
    await populate(env.KUBECONFIG as string, there, items)
    there = Math.max(there, items)
    await measure(items, env)
  }
} finally {
  execFileSync(join(kit, 'down'), [folder])
  rmSync(folder, { recursive: true, force: true })
}

/** No controllers: what is in the cluster is what was put there, and nothing else uses the machine. */
function startCluster(): NodeJS.ProcessEnv {
  execFileSync(join(kit, 'up'), [folder], { env: { ...process.env, NO_CONTROLLERS: '1' }, stdio: 'ignore' })
  const exported = [...readFileSync(join(folder, 'env'), 'utf8').matchAll(/(\w+)=(\S+)/g)]
  return { ...process.env, ...Object.fromEntries(exported.map(([, name, value]) => [name, value])) }
}

/** Floor and backup in turn, so that whatever else the machine does falls on both. */
async function measure(items: number, env: NodeJS.ProcessEnv): Promise<void> {
  const floors: Floor[] = []
  const runs: Run[] = []
  const warmRuns: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const floor = await readFloor(env)
    const run = await backUp(`bench-${items}-${round}`, 1, env)
    const warm = await backUp(`warm-${items}-${round}`, WARM, env)
    if (round === 0) continue // the first warms the machine's caches
    floors.push(floor)
    runs.push(run)
    warmRuns.push(warm.seconds.at(-1) as number)
  }
  const times = runs.map(r => r.seconds[0] as number)
  const ratioOf = (values: number[]) => round(median(values.map((s, i) => s / (floors[i] as Floor).seconds)), 2)
  const peak = Math.max(...runs.map(r => r.peakBytes))
  console.log(
    JSON.stringify({
      items: runs[0]?.items,
      bytes: floors[0]?.bytes,
      seconds: round(median(times), 3),
      floorSeconds: round(median(floors.map(f => f.seconds)), 3),
      ratio: ratioOf(times),
      warmSeconds: round(median(warmRuns), 3),
      warmRatio: ratioOf(warmRuns),
      processSeconds: round(median(runs.map(r => r.processSeconds)), 3),
      cpuSeconds: round(median(runs.map(r => r.cpuSeconds)), 3),
      peakMegabytes: Math.round(peak / 1e6),
      all: times.map(s => round(s, 3)),
      allFloors: floors.map(f => f.seconds),
    }),
  )
}

async function readFloor(env: NodeJS.ProcessEnv): Promise<Floor> {
  const { output } = await run([join(kit, 'floor.mjs'), 'list', '--rounds', '3'], env)
  return JSON.parse(output) as Floor
}

/** The same code as the command's, bundled in the same way, in a new process each time. */
async function backUp(name: string, count: number, env: NodeJS.ProcessEnv): Promise<Run> {
  const LATEEN_S3_URL = env.S3_ENDPOINT as string
  const program = [join(folder, 'bundle/run.js'), name, String(count)]
  const { seconds: processSeconds, output } = await run(program, { ...env, LATEEN_BUCKET: 's3://bench', LATEEN_S3_URL })
  const result: Run = { ...JSON.parse(output), processSeconds }
  if (result.phase !== 'Completed') throw new Error(`${name} is ${result.phase}`)
  return result
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ seconds: number; output: string }> {
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

async function makeBucket(env: NodeJS.ProcessEnv): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' }
  const s3 = new S3Client({ endpoint: env.S3_ENDPOINT ?? '', forcePathStyle: true, region: 'us-east-1', credentials })
  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }))
  s3.destroy()
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
