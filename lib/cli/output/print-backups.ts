import type { BackupView } from '../../jobs/types.ts'
import type { Cli } from '../cli.ts'
import type { OutputFlags, OutputFormat } from '../flags/output-flags.ts'
import { backupTable } from './backup-table.ts'
import { encodeJson, encodeYaml, printableList } from './encode.ts'

/** Prints backups in the format asked for. Nothing to show in a table prints nothing. */
export async function printBackups(
  cli: Cli,
  views: readonly BackupView[],
  format: OutputFormat,
  flags: OutputFlags,
): Promise<void> {
  if (format === 'table') {
    cli.stdout.write(backupTable(views, flags, { now: cli.now(), timeZone: cli.timeZone, readZone: cli.readZone }))
    return
  }
  const value = printableList(views.map(view => view.backup))
  cli.stdout.write(format === 'json' ? encodeJson(value) : await encodeYaml(value))
}
