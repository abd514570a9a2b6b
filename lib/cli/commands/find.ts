import type { Settings } from '../../config/types.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { LabelSelector } from '../../velero/types.ts'
import type { Cli } from '../cli.ts'
import type { Shown } from '../output/print.ts'

/** How objects of one kind are found. */
export interface Findable<View> {
  shown: Pick<Shown<View>, 'object'>
  /** All of them by name; `onDamaged` is told of each that can't be read. */
  list(settings: Settings, onDamaged: (error: Error) => void): Promise<View[]>
  get(settings: Settings, name: string): Promise<View>
}

export interface Found<View> {
  views: View[]
  /** How many can't be read; each was told on stderr. */
  damaged: number
}

/** The named ones in their order, and none at all if one of them is missing; else all that match. */
export async function find<View>(
  cli: Cli,
  kind: Findable<View>,
  settings: Settings,
  names: readonly string[],
  selector?: LabelSelector,
): Promise<Found<View>> {
  if (names.length === 0) return findAll(cli, kind, settings, selector)
  return { views: await Promise.all(names.map(name => kind.get(settings, name))), damaged: 0 }
}

/** All that match. */
export async function findAll<View>(
  cli: Cli,
  { shown, list }: Pick<Findable<View>, 'shown' | 'list'>,
  settings: Settings,
  selector?: LabelSelector,
): Promise<Found<View>> {
  let damaged = 0
  const views = await list(settings, ({ message }) => {
    damaged += 1
    cli.stderr.write(`An error occurred: ${message}\n`)
  })
  const matching = selector
    ? views.filter(view => matchesSelector(selector, shown.object(view).metadata.labels))
    : views
  return { views: matching, damaged }
}
