import type { Cli } from '../cli.ts'
import type { ListFormat, OutputFlags } from '../flags/output-flags.ts'
import { encodeJson, encodeYaml, printableList, type ShownObject } from './encode.ts'
import { objectTable, type TableLayout } from './object-table.ts'
import type { Clock } from './times.ts'

/** How objects of one kind are shown. */
export interface Shown<View> {
  kind: ShownObject['kind']
  object(view: View): ShownObject
  table: TableLayout<View>
}

/** Prints objects in the format asked for. Nothing to show in a table prints nothing. */
export async function print<View>(
  cli: Cli,
  { kind, object, table }: Shown<View>,
  views: readonly View[],
  format: ListFormat,
  flags: OutputFlags,
): Promise<void> {
  if (format === 'table' || format === 'wide') {
    cli.stdout.write(objectTable(table, views, { ...flags, wide: format === 'wide' }, clockOf(cli)))
    return
  }
  if (format === 'name') {
    const names = views.map(view => `${kind.toLowerCase()}.velero.io/${object(view).metadata.name}\n`)
    cli.stdout.write(names.join(''))
    return
  }
  await printValue(cli, printableList(kind, views.map(object)), format)
}

export async function printValue(cli: Cli, value: unknown, format: 'json' | 'yaml'): Promise<void> {
  cli.stdout.write(format === 'json' ? encodeJson(value) : await encodeYaml(value))
}

/** The time and the zone in which times are shown. */
export function clockOf({ now, zone }: Cli): Clock {
  return { now: now(), zone }
}
