import { InvalidObjectError } from '../errors.ts'
import { objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, KubeObject, RestoreItemAction } from '../types.ts'

/** The specs that name a storage class, by kind. */
const SPECS: Record<string, (object: KubeObject) => (JsonObject | undefined)[]> = {
  persistentvolumeclaims: object => [objectAt(object, 'spec')],
  persistentvolumes: object => [objectAt(object, 'spec')],
  'statefulsets.apps': object =>
    objectsAt(object, 'spec', 'volumeClaimTemplates').map(template => objectAt(template, 'spec')),
}

/** Replaces storage classes by the map of Velero's ConfigMap. A new class that does not exist fails the item. */
export const changeStorageClass: RestoreItemAction = {
  name: 'velero.io/change-storage-class',
  applies: ({ resource }, context) => Object.hasOwn(SPECS, resource) && context.storageClasses.size > 0,
  run: ({ resource, object }, context) => {
    for (const spec of SPECS[resource]?.(object) ?? []) {
      const name = context.storageClasses.get(textAt(spec, 'storageClassName'))
      if (spec === undefined || name === undefined) continue
      const problem = context.storageClassProblem(name)
      if (problem !== undefined)
        throw new InvalidObjectError(`error getting storage class ${name} from API: ${problem}`)
      spec.storageClassName = name
    }
    return undefined
  },
}
