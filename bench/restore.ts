// node bench/restore.ts [--items 1000,10000,100000] [--rounds 3] [--ways indexed,scanned,operator] [--set flat|real]: how fast
// a restore into new namespaces is, from settings to record, beside the least that an API server takes for as many writes, and what memory
// its process takes. A third of the objects were server-side applied, and get their field owners back. On control planes
// and MinIO from the cluster kit beside the project (../shared/cluster). Prints one JSON line for each size and way.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUCKET, copyAsVelero, makeBucket, VELERO_BUCKET } from './bucket.ts'
import { type Cluster, FLOOR, startCluster, throttledRequests } from './cluster.ts'
import { jobEnv, jobRunner, median, type Run, round, runProgram } from './measure.ts'
import { populate } from './populate.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '1000,10000,100000' },
    rounds: { type: 'string', default: '3' },
    ways: { type: 'string', default: 'indexed,scanned,operator' },
    set: { type: 'string', default: 'flat' },
  },
})

/** From what archive, and as whom. */
const WAYS: Record<string, { bucket: string; user: 'KUBECONFIG' | 'OPERATOR_KUBECONFIG'; upTo: number }> = {
  indexed: { bucket: BUCKET, user: 'KUBECONFIG', upTo: Number.POSITIVE_INFINITY },
  scanned: { bucket: VELERO_BUCKET, user: 'KUBECONFIG', upTo: Number.POSITIVE_INFINITY },
  // Subject to flow control; an administrator is not.
  operator: { bucket: BUCKET, user: 'OPERATOR_KUBECONFIG', upTo: 10_000 },
}

type Restored = Run & { created: number; failed: number }

interface Measured {
  run: Restored
  /** Seconds that the API server takes at the least for as many objects. */
  floor: number
  written: number
  /** Requests that it answered with 429. */
  throttled: number
}

const runJob = await jobRunner(mkdtempSync(join(tmpdir(), 'lateen-bench-')))
let source: Cluster | undefined
let store: NodeJS.ProcessEnv = {}
let there = 0
for (const items of values.items.split(',').map(Number)) {
  // The flat set grows; of the real one each size is another cluster.
  if (there === 0 || values.set !== 'flat') store = await anew()
  const backup = await backUp(there, items)
  there = Math.max(there, items)
  const ways = values.ways.split(',').filter(way => items <= (WAYS[way]?.upTo ?? 0))
  const measured = new Map(ways.map(way => [way, [] as Measured[]]))
  for (let number = 0; number < Number(values.rounds); number++)
    for (const way of ways) measured.get(way)?.push(await measure(way, backup, items, number))
  for (const [way, each] of measured) print(way, items, each)
}

async function anew(): Promise<NodeJS.ProcessEnv> {
  source?.stop()
  source = startCluster({ minio: true })
  const { env } = source
  for (const bucket of [BUCKET, VELERO_BUCKET]) await makeBucket(env, bucket)
  return env
}

interface BackedUp {
  name: string
  namespaces: readonly string[]
  /** How many of its objects a restore writes. */
  written: (run: Restored) => number
}

async function backUp(from: number, items: number): Promise<BackedUp> {
  const { set } = values
  const namespaces = await populate(store.KUBECONFIG as string, { set, from, items, applied: i => i % 3 === 0 })
  const spec = JSON.stringify({ includedNamespaces: namespaces })
  await runJob(['backup', `bench-${items}`, '1', spec], jobEnv(store, store, BUCKET))
  const name = `bench-${items}-0`
  await copyAsVelero(store, name)
  return { name, namespaces, written: ({ created }) => (set === 'flat' ? items : created) }
}

/** A restore between the two halves of its floor, on a cluster of its own: what earlier ones left would slow it down. */
async function measure(way: string, backup: BackedUp, items: number, number: number): Promise<Measured> {
  const cluster = startCluster({ minio: false })
  try {
    await secondsPerObject(cluster, '--items', '500', '--rounds', '1') // a new API server is slow
    const floor = ['--items', String(Math.max(500, Math.min(2000, items / 2))), '--rounds', '3']
    const plain = await secondsPerObject(cluster, ...floor)
    const before = await throttledRequests(cluster)
    const run = await restore(cluster, way, backup, number)
    const throttled = (await throttledRequests(cluster)) - before
    const applied = await secondsPerObject(cluster, ...floor, '--kind', 'applied')
    const written = backup.written(run)
    return { run, floor: ((plain * 2 + applied) / 3) * written, written, throttled }
  } finally {
    cluster.stop()
  }
}

async function secondsPerObject({ env }: Cluster, ...args: string[]): Promise<number> {
  const { output } = await runProgram([FLOOR, 'create', ...args], env)
  const { seconds, items } = JSON.parse(output)
  return seconds / items
}

async function restore({ env }: Cluster, way: string, backup: BackedUp, number: number): Promise<Restored> {
  const { name: backupName, namespaces } = backup
  const { bucket, user } = WAYS[way] as (typeof WAYS)[string]
  const namespaceMapping = Object.fromEntries(namespaces.map(name => [name, `new-${name}`]))
  const args = ['restore', `${backupName}-${way}-${number}`, '1', JSON.stringify({ backupName, namespaceMapping })]
  return (await runJob(args, jobEnv({ KUBECONFIG: env[user] }, store, bucket))) as Restored
}

function print(way: string, size: number, measured: readonly Measured[]): void {
  const seconds = measured.map(({ run }) => run.seconds[0] as number)
  const floors = measured.map(({ floor }) => floor)
  const ratios = seconds.map((each, i) => each / (floors[i] as number))
  const sum = (of: (each: Measured) => number) => measured.reduce((total, each) => total + of(each), 0)
  console.log(
    JSON.stringify({
      bench: 'restore',
      way: values.set === 'flat' ? way : `${way} ${values.set}`,
      ...{ size, items: measured[0]?.run.items },
      seconds: round(median(seconds), 2),
      floorSeconds: round(median(floors), 2),
      ratio: round(median(ratios), 2),
      ratios: [Math.min(...ratios), Math.max(...ratios)].map(each => round(each, 2)),
      itemsPerSecond: Math.round(median(measured.map(({ written }, i) => written / (seconds[i] as number)))),
      floorItemsPerSecond: Math.round(median(measured.map(({ written }, i) => written / (floors[i] as number)))),
      processSeconds: round(median(measured.map(({ run }) => run.processSeconds)), 2),
      cpuSeconds: round(median(measured.map(({ run }) => run.cpuSeconds)), 2),
      peakMegabytes: Math.round(Math.max(...measured.map(({ run }) => run.peakBytes)) / 1e6),
      throttled: sum(each => each.throttled),
      failed: sum(({ run }) => run.failed),
      all: seconds.map(each => round(each, 2)),
      allFloors: floors.map(each => round(each, 2)),
    }),
  )
}
