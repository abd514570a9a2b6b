import { serveDefinition } from './definitions.ts'
import { type JsonObject, text } from './json.ts'
import { entryOf, type Objects } from './objects.ts'

/** Stores complete objects as they are, for benchmarks and tests that need many at once. */
export function seedObjects(objects: Objects, given: Iterable<JsonObject>): void {
  const created = objects.now()
  for (const object of given) {
    const kind = objects.registry.ofObject(text(object.apiVersion), text(object.kind))
    if (kind === undefined) throw new Error(`no kind ${text(object.kind)} in ${text(object.apiVersion)} is served`)
    const revision = objects.store.next()
    const metadata: JsonObject = {
      uid: objects.around.uid(),
      creationTimestamp: created,
      ...(kind.namespaced && { namespace: 'default' }),
      ...(object.metadata as JsonObject),
      resourceVersion: String(revision),
    }
    const whole = { ...object, metadata }
    objects.store.put(kind.storage, entryOf(kind, whole, revision))
    if (kind.resource === 'customresourcedefinitions') serveDefinition(objects.registry, whole)
  }
}
