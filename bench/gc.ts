// node bench/gc.ts [--backups 10000]: how long one invocation takes to collect so many expired backups of ten files each, and
// what memory its process takes. On MinIO from the cluster kit beside the project (../shared/cluster). Prints one JSON line.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BUCKET, fillWithExpired, makeBucket } from './bucket.ts'
import { startCluster } from './cluster.ts'
import { jobEnv, jobRunner, round } from './measure.ts'

const { values } = parseArgs({ options: { backups: { type: 'string', default: '10000' } } })
const backups = Number(values.backups)

const runJob = await jobRunner(mkdtempSync(join(tmpdir(), 'lateen-bench-')))
const { env } = startCluster({ minio: true })
await makeBucket(env, BUCKET)
await fillWithExpired(env, backups)
for (const way of ['first', 'again']) {
  const run = await runJob(['gc', way], jobEnv(env, env, BUCKET))
  const [seconds = Number.NaN] = run.seconds
  console.log(
    JSON.stringify({
      ...{ way, backups, deleted: run.items, seconds: round(seconds, 2) },
      ...{ backupsPerSecond: Math.round(run.items / seconds), cpuSeconds: round(run.cpuSeconds, 2) },
      peakMegabytes: Math.round(run.peakBytes / 1e6),
    }),
  )
}
