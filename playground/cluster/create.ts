import { admit } from './admission.ts'
import { applyDefaults } from './defaults.ts'
import { type JsonObject, text } from './json.ts'
import type { Kind } from './kinds.ts'
import { recordCreate } from './managed-fields.ts'
import { requireNamespace } from './namespaces.ts'
import type { Objects, Write } from './objects.ts'
import { prepareForCreate } from './prepare.ts'
import { alreadyExists, invalid, StatusError } from './status.ts'
import { validateCreate } from './validation.ts'

/** Creates an object as POST does and answers it as stored. The order of steps is the server's. */
export function create(
  objects: Objects,
  kind: Kind,
  written: JsonObject,
  write: Write,
  record: typeof recordCreate = recordCreate,
): JsonObject {
  const object = prepareForCreate(objects, kind, written)
  const metadata = object.metadata as JsonObject
  const namespace = text(metadata.namespace)
  applyDefaults(kind, object)
  // Before admission: what the server itself adds from here on belongs to no manager.
  record(kind, object, { manager: write.manager, time: objects.now(), subresource: '' })
  if (kind.namespaced) requireNamespace(objects, kind, namespace, text(metadata.name))
  if (text(metadata.name) === '' && text(metadata.generateName) !== '')
    metadata.name = text(metadata.generateName) + objects.suffix()
  const there = objects.find(kind, namespace, text(metadata.name))
  const causes = validateCreate(kind, object)
  if (causes.length > 0) throw invalid(kind, text(metadata.name), causes)
  if (there !== undefined)
    throw alreadyExists(kind, text(metadata.name), there.metadata.deletionTimestamp ? 'object is being deleted: ' : '')
  admit(objects, kind, object, write)
  if (text(metadata.resourceVersion) !== '')
    throw new StatusError(500, { message: 'resourceVersion should not be set on objects to be created' })
  if (!write.dryRun) objects.save(kind, object, 'created')
  return object
}
