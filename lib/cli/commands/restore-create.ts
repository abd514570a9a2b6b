import type { Command } from 'commander'
import { localTimestampedName } from '../../velero/names.ts'
import type { Restore } from '../../velero/types-restore.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { print } from '../output/print.ts'
import { shownRestore } from '../output/shown.ts'
import { namespaceOf, settingsOf } from '../settings.ts'
import { checkMetadata } from './request-checks.ts'
import { readResourceModifiers } from './resource-modifier-file.ts'
import { checkRestoreFlags } from './restore-checks.ts'
import { addRestoreCreateFlags, type RestoreCreateFlags } from './restore-create-flags.ts'
import { restoreManifest } from './restore-manifest.ts'
import { findSource, isChoice, namedSource, type RestoreSource } from './restore-source.ts'
import { runRestore } from './run-restore.ts'

export function restoreCreate(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addRestoreCreateFlags(command)
  const usage = '[NAME] [--from-backup BACKUP | --from-schedule SCHEDULE] [flags]'
  act<RestoreCreateFlags>(command, done, { usage, most: 1 }, async ([given], flags) => {
    const format = checkRestoreFlags(flags)
    const modifiers = await readResourceModifiers(flags, cli)
    const prefix = flags.fromSchedule || flags.fromBackup || ''
    const name = given ?? localTimestampedName(prefix, cli.now(), cli.zone)
    const draft = restoreManifest(flags, name, await namespaceOf(command, cli), modifiers)
    checkMetadata(draft)
    const sourced = (source: RestoreSource): Restore => ({ ...draft, spec: { ...draft.spec, ...source } })
    const settings = () => settingsOf(command, cli, flags.storageLocation)
    if (format !== undefined) {
      // Printed, not made: it may be meant for another Velero, so the bucket is asked only where flags alone do not tell.
      const source = isChoice(flags) ? await findSource(cli, await settings(), flags) : namedSource(flags)
      await print(cli, shownRestore, [{ restore: sourced(source) }], format, flags)
      return undefined
    }
    const found = await settings()
    const { metadata, ...manifest } = sourced(await findSource(cli, found, flags))
    const sent = { ...manifest, metadata: { ...metadata, uid: cli.uuid() } }
    return runRestore(cli, found, sent, flags, given === undefined)
  })
}

const examples = `
Examples:
  # Restore everything from a backup; the restore is called backup1-YYYYMMDDhhmmss.
  lateen restore create --from-backup backup1 --bucket s3://velero-backups

  # Bring one namespace back.
  lateen restore create restore1 --from-backup backup1 --include-namespaces shop

  # Put a namespace beside the one that there is.
  lateen restore create --from-backup backup1 --include-namespaces shop --namespace-mappings shop:shop-copy

  # Set what exists back to what was backed up.
  lateen restore create --from-backup backup1 --existing-resource-policy update

  # Restore from the newest backup of a schedule, in a bucket that must not be written to.
  lateen restore create --from-schedule daily --read-only

  # See the object as YAML, without restoring anything.
  lateen restore create restore2 --from-backup backup1 -o yaml`
