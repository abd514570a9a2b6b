import type { SortedRows } from '../bucket/segments.ts'
import type { RelatedItem } from './actions/index.ts'
import { groupResource } from './select/resources.ts'

/** A related item that no list of the plan will yield, and who asked for it. */
export interface WantedItem {
  /** `persistentvolumes`, `clusterroles.rbac.authorization.k8s.io`. */
  groupResource: string
  namespace: string
  name: string
  /** What was stored in round n may want more in round n + 1. */
  round: number
  /** Its absence is no news: nobody said that it exists, as with the CRD of a kind that may be built in. */
  optional: boolean
}

/** Sorts by what is wanted first, so that an item wanted by many is one. */
export function wantedRow(item: WantedItem): string {
  return [item.groupResource, item.namespace, item.name, item.round, item.optional ? '1' : '0'].join('\0')
}

export function relatedRow(item: RelatedItem, round: number): string {
  const of = { group: item.group, name: item.resource }
  return wantedRow({
    groupResource: groupResource(of),
    namespace: item.namespace ?? '',
    name: item.name,
    round,
    optional: false,
  })
}

/** What is wanted in this round and was in none before; in order, each once. `after`: go on behind this row's item. */
export async function* wantedInRound(rows: SortedRows, round: number, after: string): AsyncGenerator<WantedItem> {
  let last = ''
  for await (const row of rows.read()) {
    const [groupResource = '', namespace = '', name = '', first, optional] = row.split('\0')
    const item = wantedKey({ groupResource, namespace, name })
    if (item === last) continue
    last = item
    if (Number(first) === round && item > after)
      yield { groupResource, namespace, name, round, optional: optional === '1' }
  }
}

export function wantedKey(item: Pick<WantedItem, 'groupResource' | 'namespace' | 'name'>): string {
  return `${item.groupResource}\0${item.namespace}\0${item.name}`
}
