import type { Command } from 'commander'
import type { Backup } from '../../velero/types.ts'
import type { Cli } from '../cli.ts'
import type { OutputFlags, OutputFormat } from '../flags/output-flags.ts'
import type { RequestFlags } from '../flags/request-flags.ts'
import { print } from '../output/print.ts'
import { shownBackup } from '../output/shown.ts'
import { settingsOf } from '../settings.ts'
import { checkMetadata } from './request-checks.ts'
import { runBackup } from './run-backup.ts'

/** `backup create --from-schedule`: `name` is the backup's, where it was given one. */
export async function backupBySchedule(
  command: Command,
  cli: Cli,
  { schedule, name }: { schedule: string; name?: string },
  flags: RequestFlags & OutputFlags,
  format?: OutputFormat,
): Promise<number | undefined> {
  const { jobs } = cli
  const settings = await settingsOf(command, cli, flags.storageLocation)
  const options = { now: cli.now(), uid: cli.uuid(), ...(name !== undefined && { backupName: name }) }
  const manifest = labelled(await jobs.backupFromSchedule(settings, schedule, options), flags)
  checkMetadata(manifest)
  if (format !== undefined) {
    const { uid: _, ...metadata } = manifest.metadata
    await print(cli, shownBackup, [{ backup: { ...manifest, metadata } }], format, flags)
    return undefined
  }
  cli.stdout.write('Creating backup from schedule, all other filters are ignored.\n')
  return runBackup(cli, settings, manifest, flags, name === undefined)
}

/** As in Velero, these two flags are no filters: they come on top of the schedule's. */
function labelled({ metadata, ...backup }: Backup, { labels, annotations }: RequestFlags): Backup {
  return {
    ...backup,
    metadata: {
      ...metadata,
      ...(labels && { labels: { ...metadata.labels, ...labels } }),
      ...(annotations && { annotations: { ...metadata.annotations, ...annotations } }),
    },
  }
}
