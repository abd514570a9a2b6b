import { locationUrl } from '../../config/location.ts'
import type { Settings } from '../../config/types.ts'
import type { RestoreProgress } from '../../jobs/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { Cli } from '../cli.ts'
import type { RequestFlags } from '../flags/request-flags.ts'
import { reportEnd } from '../output/report.ts'
import { changedNothing, describeOutcomes, describeRestore } from '../output/restore-progress.ts'
import { addressed } from './addressed.ts'
import { exitCodeOfStop, runJob } from './run-job.ts'
import { ifThere, runRemotely } from './run-remotely.ts'

/** As runBackup. `unnamed`: the name was made up. */
export async function runRestore(
  cli: Cli,
  settings: Settings,
  manifest: Restore,
  flags: RequestFlags,
  unnamed: boolean,
): Promise<number> {
  const { jobs } = cli
  if (flags.remote) {
    const request = addressed(manifest, settings, flags)
    return runRemotely(cli, settings, request, flags, () =>
      ifThere('RestoreNotFoundError', async () => (await jobs.getRestore(settings, manifest.metadata.name)).restore),
    )
  }
  let last: RestoreProgress | undefined
  const result = await runJob(cli, {
    noun: 'restore',
    name: manifest.metadata.name,
    wait: flags.wait ?? false,
    unnamed,
    timeLimit: flags.timeLimit,
    describe: describeRestore,
    cancel: () => jobs.cancelRestore(settings, manifest.metadata.name, { now: cli.now, wait: false }),
    start: ({ onProgress, ...options }) =>
      jobs.createRestore(settings, manifest, {
        ...options,
        onProgress(step) {
          last = step
          onProgress?.(step)
        },
      }),
  })
  if (typeof result === 'string') return exitCodeOfStop[result]
  if (last !== undefined && last.step !== 'connecting') cli.stdout.write(outcome(last, manifest))
  const { results, location } = settings
  if (results) cli.stderr.write(`Recorded in ${locationUrl(results)}, not in the location ${location.name}.\n`)
  return reportEnd(cli, result.restore, result, flags.storageLocation)
}

function outcome(progress: RestoreProgress, { spec }: Restore): string {
  // As in Velero, that policy has equal objects bear the restore's name.
  const but = spec.existingResourcePolicy === 'update' ? ' but labels that name the restore' : ''
  const nothing = changedNothing(progress) ? ` Nothing in the cluster was changed${but}.` : ''
  return `${describeOutcomes(progress)}.${nothing}\n`
}
