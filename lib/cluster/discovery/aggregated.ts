import * as z from 'zod'
import { deadGroup, type Found, groupVersionName } from './groups.ts'

// KEP-3352, GA in Kubernetes 1.30, on by default since 1.27: everything in two answers.
const FORM = 'application/json;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList'

/** Asks for the aggregated form; a server that does not know it answers the plain one. */
export const AGGREGATED_ACCEPT = `${FORM};v=v2,${FORM};v=v2beta1,application/json`

const texts = z
  .array(z.string())
  .nullish()
  .transform(value => value ?? [])

const schema = z.object({
  kind: z.literal('APIGroupDiscoveryList'),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }).optional(),
      versions: z.array(
        z.object({
          version: z.string(),
          freshness: z.string().optional(),
          resources: z
            .array(
              z.object({
                resource: z.string(),
                responseKind: z.object({ kind: z.string() }).optional(),
                scope: z.string(),
                singularResource: z.string().optional(),
                verbs: texts,
                shortNames: texts,
              }),
            )
            .nullish(),
        }),
      ),
    }),
  ),
})

/** Reads an aggregated answer; undefined where it is of another form. */
export function readAggregated(answer: unknown): Found | undefined {
  const list = schema.safeParse(answer)
  if (!list.success) return undefined
  const found: Found = { versions: [], dead: [] }
  for (const { metadata, versions } of list.data.items) {
    const group = metadata?.name ?? ''
    for (const { version, freshness, resources } of versions) {
      if (freshness === 'Stale') {
        // client-go's words, which Velero's log has, too.
        found.dead.push(deadGroup(group, version, `stale GroupVersion discovery: ${groupVersionName(group, version)}`))
        continue
      }
      found.versions.push({
        group,
        version,
        resources: (resources ?? []).flatMap(
          ({ resource, responseKind, scope, singularResource, verbs, shortNames }) =>
            // Without a kind there are only subresources below it.
            responseKind === undefined || responseKind.kind === ''
              ? []
              : {
                  group,
                  version,
                  name: resource,
                  singularName: singularResource || responseKind.kind.toLowerCase(),
                  kind: responseKind.kind,
                  namespaced: scope === 'Namespaced',
                  verbs,
                  shortNames,
                },
        ),
      })
    }
  }
  return found
}
