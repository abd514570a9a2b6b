import type { ClusterPlace } from '../../config/settings-for.ts'
import { messageOf } from '../../velero/errors.ts'
import type { LabelSelector } from '../../velero/types.ts'
import type { Cli } from '../cli.ts'
import { type Findable, type Found, findAll } from './find.ts'

/**
 * In the places of all clusters at the same time, each with the name of its cluster. A named one may be in some of them; one
 * that is in none is thrown. A place that can't be read hides no other: it is told, and counts as damaged.
 */
export async function findInAll<View extends { ofCluster?: string }>(
  cli: Cli,
  kind: Findable<View>,
  places: readonly ClusterPlace[],
  names: readonly string[],
  selector?: LabelSelector,
): Promise<Found<View>> {
  const missing = new Map<string, unknown>()
  const seen = new Set<string>()
  const named = async ({ settings }: ClusterPlace, name: string): Promise<View[]> => {
    try {
      const view = await kind.get(settings, name)
      seen.add(name)
      return [view]
    } catch (error) {
      if (!(error instanceof Error && /^(Backup|Restore|Schedule)NotFoundError$/.test(error.name))) throw error
      missing.set(name, error)
      return []
    }
  }
  const lookInto = async (place: ClusterPlace): Promise<Found<View>> => {
    if (names.length === 0) return findAll(cli, kind, place.settings, selector)
    return { views: (await Promise.all(names.map(name => named(place, name)))).flat(), damaged: 0 }
  }
  const found = await Promise.all(
    places.map(async place => {
      try {
        const { views, damaged } = await lookInto(place)
        return { views: views.map(view => ({ ...view, ofCluster: place.cluster })), damaged }
      } catch (error) {
        cli.stderr.write(`An error occurred: ${place.cluster}: ${messageOf(error)}\n`)
        return { views: [], damaged: 1 }
      }
    }),
  )
  for (const [name, error] of missing) if (!seen.has(name)) throw error
  return {
    views: found.flatMap(({ views }) => views),
    damaged: found.reduce((all, { damaged }) => all + damaged, 0),
  }
}
