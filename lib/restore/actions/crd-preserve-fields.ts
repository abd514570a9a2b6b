import { at, objectAt, objectsAt } from '../json.ts'
import type { JsonObject, RestoreItemAction } from '../types.ts'

/**
 * v1 refuses `preserveUnknownFields: true`, which CRDs of v1beta1 times still carry. It becomes what v1 has for it: a mark
 * in each version's schema.
 */
export const crdPreserveFields: RestoreItemAction = {
  name: 'velero.io/crd-preserve-fields',
  applies: ({ resource, object }) =>
    resource === 'customresourcedefinitions.apiextensions.k8s.io' &&
    object.apiVersion === 'apiextensions.k8s.io/v1' &&
    at(object, 'spec', 'preserveUnknownFields') === true,
  run: ({ object }) => {
    delete objectAt(object, 'spec')?.preserveUnknownFields
    for (const version of objectsAt(object, 'spec', 'versions')) keepUnknownFields(version)
    return undefined
  },
}

/** Lets a version of a v1 CRD keep the fields that its schema does not know; one without a schema gets one that is open. */
export function keepUnknownFields(version: JsonObject): void {
  const schema = objectAt(version, 'schema', 'openAPIV3Schema')
  if (schema === undefined) version.schema = { openAPIV3Schema: { type: 'object', [MARK]: true } }
  else schema[MARK] = true
}

const MARK = 'x-kubernetes-preserve-unknown-fields'
