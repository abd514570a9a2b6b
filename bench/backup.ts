// node bench/backup.ts [--items 1000,10000,100000] [--rounds 5] [--set flat|real] [--large]: how fast a backup is, from settings to record, beside the
// least that reading the same lists costs, and what memory its process takes. On a real control plane and MinIO of its
// own, from the cluster kit beside the project (../shared/cluster). Prints one JSON line for each size; `seconds` leaves
// out the start of the process, as the floor does, and `processSeconds` has it too; `warmSeconds` is a later backup of the
// same process, as in a function that is used again, and as the floor's rounds are.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUCKET, makeBucket } from './bucket.ts'
import { type Cluster, FLOOR, startCluster } from './cluster.ts'
import { jobEnv, jobRunner, median, type Run, round, runProgram } from './measure.ts'
import { populate } from './populate.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000,100000' },
    rounds: { type: 'string', default: '5' },
    set: { type: 'string', default: 'flat' },
    large: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
/** Backups in one process, of which the last counts as warm. */
const WARM = 4
const SPEC = JSON.stringify({ includeClusterResources: true })

interface Floor {
  seconds: number
  bytes: number
}

const runJob = await jobRunner(mkdtempSync(join(tmpdir(), 'lateen-bench-')))
let cluster: Cluster | undefined
let env: NodeJS.ProcessEnv = {}
let there = 0
for (const items of values.items.split(',').map(Number)) {
  // The flat set grows; of the real one each size is another cluster.
  if (there === 0 || values.set !== 'flat') env = await anew()
  await populate(env.KUBECONFIG as string, { set: values.set, from: there, items, large: values.large })
  there = Math.max(there, items)
  await measure(items)
}

async function anew(): Promise<NodeJS.ProcessEnv> {
  cluster?.stop()
  cluster = startCluster({ minio: true })
  await makeBucket(cluster.env, BUCKET)
  return cluster.env
}

/** Floor and backup in turn, so that whatever else the machine does falls on both. */
async function measure(items: number): Promise<void> {
  const floors: Floor[] = []
  const runs: Run[] = []
  const warmRuns: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const floor: Floor = JSON.parse((await runProgram([FLOOR, 'list', '--rounds', '3'], env)).output)
    const run = await backUp(`bench-${items}-${round}`, 1)
    const warm = await backUp(`warm-${items}-${round}`, WARM)
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
      bench: 'backup',
      way: values.large ? `${values.set} large` : values.set,
      ...{ size: items, items: runs[0]?.items },
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

function backUp(name: string, count: number): Promise<Run> {
  return runJob(['backup', name, String(count), SPEC], jobEnv(env, env, BUCKET))
}
