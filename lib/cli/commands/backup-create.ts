import type { Command } from 'commander'
import { mixedFilters } from '../../velero/validate.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { outputFormat } from '../flags/output-flags.ts'
import { print } from '../output/print.ts'
import { shownBackup } from '../output/shown.ts'
import { namespaceOf, settingsOf } from '../settings.ts'
import { backupBySchedule } from './backup-by-schedule.ts'
import { checkCreateFlags } from './backup-checks.ts'
import { addBackupCreateFlags, type BackupCreateFlags } from './backup-create-flags.ts'
import { backupManifest } from './backup-manifest.ts'
import { checkMetadata, refuseAny } from './request-checks.ts'
import { runBackup } from './run-backup.ts'

export function backupCreate(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addBackupCreateFlags(command)
  act<BackupCreateFlags>(command, done, { usage: 'NAME [flags]', most: 1 }, async (args, flags) => {
    const format = outputFormat(flags)
    const schedule = checkCreateFlags(flags, args)
    const [name] = args
    if (schedule !== undefined)
      return backupBySchedule(command, cli, { schedule, ...(name !== undefined && { name }) }, flags, format)
    const manifest = backupManifest(flags, name ?? '', await namespaceOf(command, cli))
    checkMetadata(manifest)
    refuseAny(mixedFilters(manifest.spec))
    if (format !== undefined) {
      // Printed, not made: it may be meant for another Velero, so nothing of this configuration counts.
      await print(cli, shownBackup, [{ backup: manifest }], format, flags)
      return undefined
    }
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const sent = { ...manifest, metadata: { ...manifest.metadata, uid: cli.uuid() } }
    return runBackup(cli, settings, sent, flags)
  })
}

const examples = `
Examples:
  # Back up everything in all namespaces.
  lateen backup create backup1 --bucket s3://velero-backups

  # Back up one namespace into a folder.
  lateen backup create backup1 --include-namespaces shop --bucket file:///srv/backups

  # Leave namespaces out.
  lateen backup create backup2 --exclude-namespaces velero,default

  # Make the backup that a schedule asks for, now.
  lateen backup create --from-schedule daily

  # See the object as YAML, without making the backup.
  lateen backup create backup3 --ttl 168h -o yaml`
