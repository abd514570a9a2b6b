import { annotationOf, at, isObject, objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Takes out node ports that the cluster chose; the next one may have given them to others. What somebody chose shows in
 * what kubectl last applied, or else in managedFields, for the API server does not record ports that it allots. A
 * configuration that is no JSON counts as none; in Velero it fails the Service.
 */
export function clearNodePorts(service: KubeObject): void {
  const spec = objectAt(service, 'spec')
  if (spec === undefined || spec.type === 'ExternalName') return
  const applied = lastApplied(service)
  const owned = objectsAt(service, 'metadata', 'managedFields').map(entry => objectAt(entry, 'fieldsV1', 'f:spec'))
  const chosen = applied ? chosenByApply(applied) : chosenByOwners(owned)
  for (const port of objectsAt(spec, 'ports')) if (!chosen(port)) delete port.nodePort
  const checked = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
  const checkChosen =
    Boolean(at(applied, 'spec', 'healthCheckNodePort')) ||
    owned.some(fields => at(fields, 'f:healthCheckNodePort') !== undefined)
  if (checked && !checkChosen) delete spec.healthCheckNodePort
}

function lastApplied(service: KubeObject): JsonObject | undefined {
  try {
    const applied: unknown = JSON.parse(annotationOf(service, LAST_APPLIED))
    return isObject(applied) ? applied : undefined
  } catch {
    return undefined
  }
}

type Chosen = (port: JsonObject) => boolean

/** A port with a name is found by it, whatever number it has since got; one without by its number. */
function chosenByApply(applied: JsonObject): Chosen {
  const given = objectsAt(applied, 'spec', 'ports').filter(port => Number(port.nodePort) > 0)
  const names = new Set(given.map(port => textAt(port, 'name')))
  const numbers = new Set(given.filter(port => textAt(port, 'name') === '').map(port => Number(port.nodePort)))
  return port => {
    const name = textAt(port, 'name')
    return name === '' ? numbers.has(Number(port.nodePort)) : names.has(name)
  }
}

function chosenByOwners(owned: readonly (JsonObject | undefined)[]): Chosen {
  const keys = new Set(
    owned.flatMap(fields =>
      Object.entries(objectAt(fields, 'f:ports') ?? {})
        .filter(([, port]) => at(port, 'f:nodePort') !== undefined)
        .map(([key]) => key),
    ),
  )
  return port => keys.has(`k:${JSON.stringify({ port: port.port, protocol: port.protocol ?? 'TCP' })}`)
}
