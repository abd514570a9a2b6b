import { RECREATE_ANNOTATION } from './annotations.ts'
import { sortedSet } from './byte-order.ts'
import { goQuote } from './go-quote.ts'
import type { Restore } from './types-restore.ts'

/** The kinds that may be deleted and created again, as they were written: `deployments.apps`, `job`. */
export function recreateResources({ metadata }: Restore): string[] {
  const items = (metadata.annotations?.[RECREATE_ANNOTATION] ?? '').split(',').map(item => item.trim())
  return sortedSet(items.filter(item => item !== ''))
}

/** Kinds that hold more than themselves, by all that people call them. */
const NEVER: readonly { names: RegExp; held: string }[] = [
  { names: /^(namespaces?|ns)(\.|$)/i, held: 'all that is in it' },
  { names: /^(customresourcedefinitions?|crds?)(\.|$)/i, held: 'every object of its kind' },
  { names: /^(persistentvolumeclaims?|pvcs?)(\.|$)/i, held: 'its data' },
  { names: /^(persistentvolumes?|pvs?)(\.|$)/i, held: 'its data' },
]

/** What is wrong with a Restore whose policy is `recreate`. It deletes, so nothing but names says what. */
export function recreateProblems(restore: Restore): string[] {
  const resources = recreateResources(restore)
  if (resources.length === 0) {
    return [
      `Invalid ExistingResourcePolicy: recreate deletes what exists, so the annotation ${RECREATE_ANNOTATION} must` +
        ' name the kinds it may delete, such as deployments.apps,jobs.batch',
    ]
  }
  return resources.flatMap(resource => {
    if (!/^[a-zA-Z0-9.-]+$/.test(resource))
      return `${RECREATE_ANNOTATION}: ${goQuote(resource)} is not the name of a kind; patterns are not taken`
    const held = NEVER.find(({ names }) => names.test(resource))?.held
    if (held === undefined) return []
    return `${RECREATE_ANNOTATION}: ${goQuote(resource)} are not recreated, for with each of them goes ${held}`
  })
}
