// node bench/gc.ts [--backups 10000]: how long one invocation takes to collect so many expired backups of ten files each, beside
// a bare client that reads each record and deletes its files, and what memory its process takes; then the same again, with nothing
// left to collect. On MinIO from the cluster kit beside the project (../shared/cluster). Prints one JSON line for each.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUCKET, deleteBarely, fillWithExpired, makeBucket } from './bucket.ts'
import { startCluster } from './cluster.ts'
import { jobEnv, jobRunner, round } from './measure.ts'

const { values } = parseArgs({ options: { backups: { type: 'string', default: '10000' } } })
const backups = Number(values.backups)

const runJob = await jobRunner(mkdtempSync(join(tmpdir(), 'lateen-bench-')))
const { env } = startCluster({ minio: true })
await makeBucket(env, BUCKET)
await fillWithExpired(env, backups)
const floorSeconds = await deleteBarely(env, backups)
await fillWithExpired(env, backups)
for (const way of ['first', 'again']) {
  const run = await runJob(['gc', way], jobEnv(env, env, BUCKET))
  const [seconds = Number.NaN] = run.seconds
  const floor = { floorSeconds: round(floorSeconds, 2), ratio: round(seconds / floorSeconds, 2) }
  console.log(
    JSON.stringify({
      ...{ bench: 'gc', way, items: backups, deleted: run.items, seconds: round(seconds, 2) },
      ...(way === 'first' && { ...floor, backupsPerSecond: Math.round(run.items / seconds) }),
      cpuSeconds: round(run.cpuSeconds, 2),
      peakMegabytes: Math.round(run.peakBytes / 1e6),
    }),
  )
}
