import { InvalidObjectError } from '../errors.ts'
import { isObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'

/** Ingress of v1beta1 to v1: `backend` is `defaultBackend`, a service is named in an object, and a path has a type. */
export function ingressV1(ingress: KubeObject): void {
  const spec = objectAt(ingress, 'spec')
  if (spec === undefined) return
  if (spec.backend !== undefined && spec.backend !== null) {
    spec.defaultBackend = backendV1(spec.backend, 'spec.backend')
    delete spec.backend
  }
  for (const [i, rule] of objectsAt(spec, 'rules').entries()) {
    for (const [j, path] of objectsAt(rule, 'http', 'paths').entries()) {
      path.backend = backendV1(path.backend, `spec.rules[${i}].http.paths[${j}].backend`)
      // v1beta1's default; v1 has none.
      path.pathType ??= 'ImplementationSpecific'
    }
  }
}

function backendV1(backend: unknown, field: string): JsonObject {
  const name = textAt(backend, 'serviceName')
  if (!isObject(backend) || (name === '' && !isObject(backend.resource))) {
    throw new InvalidObjectError(`${field} names neither a service nor a resource`)
  }
  if (name === '') return { resource: backend.resource }
  const { servicePort: port } = backend
  if (port === undefined || port === null) throw new InvalidObjectError(`${field}.servicePort is missing`)
  return { service: { name, port: typeof port === 'string' ? { name: port } : { number: port } } }
}
