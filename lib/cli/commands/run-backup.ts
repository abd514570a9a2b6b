import type { Settings } from '../../config/types.ts'
import type { Backup } from '../../velero/types.ts'
import type { Cli } from '../cli.ts'
import type { RequestFlags } from '../flags/request-flags.ts'
import { describeBackup } from '../output/backup-progress.ts'
import { reportEnd } from '../output/report.ts'
import { addressed } from './addressed.ts'
import { exitCodeOfStop, runJob } from './run-job.ts'
import { ifThere, runRemotely } from './run-remotely.ts'

/**
 * Makes the backup in this process, telling how far it is; answers the exit code. Ctrl-C and the time limit stop it at a checkpoint. `unnamed`: the
 * name was made up.
 */
export async function runBackup(
  cli: Cli,
  settings: Settings,
  manifest: Backup,
  flags: RequestFlags,
  unnamed = false,
): Promise<number> {
  const { jobs } = cli
  if (flags.remote) {
    const request = addressed(manifest, settings, flags)
    return runRemotely(cli, settings, request, flags, () =>
      ifThere('BackupNotFoundError', async () => (await jobs.getBackup(settings, manifest.metadata.name)).backup),
    )
  }
  const result = await runJob(cli, {
    noun: 'backup',
    name: manifest.metadata.name,
    wait: flags.wait ?? false,
    unnamed,
    timeLimit: flags.timeLimit,
    describe: describeBackup,
    start: options => jobs.createBackup(settings, manifest, options),
    cancel: () => jobs.cancelBackup(settings, manifest.metadata.name, { now: cli.now, wait: false }),
  })
  if (typeof result === 'string') return exitCodeOfStop[result]
  return reportEnd(cli, result.backup, result, flags.storageLocation)
}
