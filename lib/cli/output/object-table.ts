import type { ObjectMeta } from '../../velero/types.ts'
import { formatTable } from './table.ts'
import type { Clock } from './times.ts'

export interface TableOptions {
  labelColumns?: readonly string[]
  showLabels?: boolean
  wide?: boolean
}

export interface Column<View> {
  title: string
  cell(view: View, clock: Clock): string
}

/** The columns of a kind, then those that flags ask for, then ours. */
export interface TableLayout<View> {
  columns: readonly Column<View>[]
  metadata(view: View): ObjectMeta
  /** Where Velero's table is in another order than what it shows; without it rows keep theirs. */
  order?(a: View, b: View): number
  /** Come last, each where it has something for any of the rows. */
  ours?: readonly Column<View>[]
  /** Come after those where more is asked for. */
  wide?: readonly Column<View>[]
}

/** What `get` prints of objects; '' where there are none. */
export function objectTable<View>(
  layout: TableLayout<View>,
  views: readonly View[],
  options: TableOptions,
  clock: Clock,
): string {
  const { columns, order, ours = [], wide = [] } = layout
  const labelled = (options.labelColumns ?? []).map(key => labelColumn(layout, key))
  const filled = ours.filter(column => views.some(view => column.cell(view, clock) !== ''))
  const all = [
    ...columns,
    ...labelled,
    ...(options.showLabels ? [allLabels(layout)] : []),
    ...filled,
    ...(options.wide ? wide : []),
  ]
  const rows = order ? views.toSorted(order) : views
  return formatTable(
    all.map(column => column.title),
    rows.map(view => all.map(column => column.cell(view, clock))),
  )
}

function labelColumn<View>({ metadata }: TableLayout<View>, key: string): Column<View> {
  return {
    title: key.slice(key.lastIndexOf('/') + 1).toUpperCase(),
    cell: view => metadata(view).labels?.[key] ?? '',
  }
}

function allLabels<View>({ metadata }: TableLayout<View>): Column<View> {
  return {
    title: 'LABELS',
    cell(view) {
      const entries = Object.entries(metadata(view).labels ?? {}).map(([key, value]) => `${key}=${value}`)
      return entries.sort().join(',') || '<none>'
    },
  }
}
