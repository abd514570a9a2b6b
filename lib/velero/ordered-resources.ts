import { InvalidInputError } from './errors.ts'

/**
 * Reads `--ordered-resources`: `pods=ns1/p1,ns1/p2;persistentvolumes=pv1` into plural names and their lists. Throws
 * InvalidInputError with Velero's text.
 */
export function parseOrderedResources(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(';').map(entry => {
      const [kind, order, ...more] = entry.split('=')
      if (kind === undefined || order === undefined || more.length > 0) {
        throw new InvalidInputError(`invalid OrderedResources '${entry}'`, {
          next: "Write KIND=NAMESPACE/NAME,... with ';' between kinds, such as pods=ns1/p1,ns1/p2;persistentvolumes=pv1.",
        })
      }
      return [kind.trim(), order.trim()]
    }),
  )
}

/** The objects that one entry of spec.orderedResources names, in order. Cluster-scoped ones have no namespace. */
export function orderedNames(value: string): { namespace?: string; name: string }[] {
  return value.split(',').map(item => {
    const slash = item.indexOf('/')
    return slash === -1 ? { name: item } : { namespace: item.slice(0, slash), name: item.slice(slash + 1) }
  })
}
