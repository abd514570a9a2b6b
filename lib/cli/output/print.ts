import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { Cli } from '../cli.ts'
import type { OutputFlags, OutputFormat } from '../flags/output-flags.ts'
import { encodeJson, encodeYaml, printableList } from './encode.ts'
import { objectTable, type TableLayout } from './object-table.ts'

/** How objects of one kind are shown. */
export interface Shown<View> {
  kind: 'Backup' | 'Restore'
  object(view: View): Backup | Restore
  table: TableLayout<View>
}

/** Prints objects in the format asked for. Nothing to show in a table prints nothing. */
export async function print<View>(
  cli: Cli,
  { kind, object, table }: Shown<View>,
  views: readonly View[],
  format: OutputFormat,
  flags: OutputFlags,
): Promise<void> {
  if (format === 'table') {
    const clock = { now: cli.now(), timeZone: cli.timeZone, readZone: cli.readZone }
    cli.stdout.write(objectTable(table, views, flags, clock))
    return
  }
  const value = printableList(kind, views.map(object))
  cli.stdout.write(format === 'json' ? encodeJson(value) : await encodeYaml(value))
}
