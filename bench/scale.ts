// node bench/scale.ts [--items 10000,100000,1000000] [--ways indexed,scanned] [--large]: whether a backup's and a restore's memory
// and speed stay the same, whatever the number of items. The cluster makes its objects as they are listed, and drops what is
// restored into it, so it may be larger than any etcd; MinIO is from the cluster kit beside the project (../shared/cluster).
// Prints one JSON line for each size: of the backup, and of the restore of each way.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUCKET, copyAsVelero, makeBucket, VELERO_BUCKET } from './bucket.ts'
import { FLOOR, startCluster } from './cluster.ts'
import { type RunningCluster, startGenerated } from './generated/start.ts'
import { jobEnv, jobRunner, type Run, round, runProgram, tenths } from './measure.ts'

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '10000,100000,1000000' },
    ways: { type: 'string', default: 'indexed,scanned' },
    large: { type: 'boolean', default: false },
  },
})
/** The floor takes as long for a byte of any number of items. */
const FLOOR_ITEMS = 20_000
const BUCKETS: Readonly<Record<string, string>> = { indexed: BUCKET, scanned: VELERO_BUCKET }
const ways = values.ways.split(',').filter(way => way !== '')

const runJob = await jobRunner(mkdtempSync(join(tmpdir(), 'lateen-bench-')))
const { env: store } = startCluster({ minio: true })
for (const bucket of Object.values(BUCKETS)) await makeBucket(store, bucket)
/** Of each way, at the smallest size. */
const first = new Map<string, number>()
for (const items of values.items.split(',').map(Number)) {
  await backUp(items)
  if (ways.includes('scanned')) await copyAsVelero(store, `scale-${items}-0`)
  for (const way of ways) await restore(way, items)
}

async function backUp(items: number): Promise<void> {
  const floor = await listFloor(Math.min(items, FLOOR_ITEMS))
  const source = await startGenerated(items, values.large)
  const args = ['backup', `scale-${items}`, '1', JSON.stringify({ includeClusterResources: true })]
  const run = await runJob(args, jobEnv(source.env, store, BUCKET))
  const { listedBytes: bytes } = await source.counts()
  await source.stop()
  print('backup', 'generated', run, (floor.seconds * bytes) / floor.bytes, { bytes })
}

/** Seconds for so many bytes. Some kinds are listed by the floor for the first page only, others twice. */
async function listFloor(items: number): Promise<{ seconds: number; bytes: number }> {
  const cluster = await startGenerated(items, values.large)
  await floorOf(cluster, 'list', '--rounds', '1') // a new server is slow
  const floor = await floorOf(cluster, 'list', '--rounds', '3')
  await cluster.stop()
  return floor
}

async function restore(way: string, items: number): Promise<void> {
  const target = await startGenerated(0)
  const perObject = async (...kind: string[]) => {
    const floor = await floorOf(target, 'create', '--items', '500', '--rounds', '3', ...kind)
    return floor.seconds / floor.items
  }
  const plain = await perObject()
  const applied = await perObject('--kind', 'applied')
  const args = ['restore', `scale-${items}-${way}`, '1', JSON.stringify({ backupName: `scale-${items}-0` })]
  const before = await target.counts()
  const run = await runJob(args, jobEnv(target.env, store, BUCKETS[way] as string))
  const after = await target.counts()
  await target.stop()
  const [created, patched] = [after.created - before.created, after.patched - before.patched]
  print('restore', way, run, plain * (created - patched) + applied * patched, { created, patched })
}

async function floorOf({ env }: RunningCluster, ...args: string[]) {
  const { output } = await runProgram([FLOOR, ...args], { ...process.env, ...env })
  return JSON.parse(output) as { seconds: number; bytes: number; items: number }
}

function print(bench: string, way: string, run: Run, floorSeconds: number, more: object): void {
  const [seconds = Number.NaN] = run.seconds
  const perItem = seconds / run.items
  const smallest = first.get(bench + way) ?? perItem
  first.set(bench + way, smallest)
  console.log(
    JSON.stringify({
      ...{ bench: `scale ${bench}`, way, items: run.items, ...more },
      ...{ seconds: round(seconds, 2), floorSeconds: round(floorSeconds, 2), ratio: round(seconds / floorSeconds, 2) },
      /** Time for one item beside that at the smallest size. */
      perItem: round(perItem / smallest, 2),
      itemsPerSecond: Math.round(run.items / seconds),
      tenths: tenths(run.samples),
      cpuSeconds: round(run.cpuSeconds, 1),
      peakMegabytes: Math.round(run.peakBytes / 1e6),
    }),
  )
}
