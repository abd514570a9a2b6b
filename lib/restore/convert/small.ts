import { isObject, objectAt, objectsAt } from '../json.ts'
import type { KubeObject } from '../types.ts'

/** policy/v1beta1: `{}` selects no pod there and all pods in v1; no selector selects none in both. */
export function disruptionBudgetV1(budget: KubeObject): void {
  const spec = objectAt(budget, 'spec')
  const terms = Object.values(objectAt(spec, 'selector') ?? {})
  const empty = terms.every(term =>
    Array.isArray(term) ? term.length === 0 : !isObject(term) || Object.keys(term).length === 0,
  )
  if (empty) delete spec?.selector
}

/** discovery.k8s.io/v1beta1: the labels of an endpoint's node; zone and node are fields of their own now. */
export function endpointSliceV1(slice: KubeObject): void {
  for (const endpoint of objectsAt(slice, 'endpoints')) {
    const topology = objectAt(endpoint, 'topology')
    delete endpoint.topology
    if (topology === undefined) continue
    const { 'kubernetes.io/hostname': node, 'topology.kubernetes.io/zone': zone, ...others } = topology
    if (node !== undefined) endpoint.nodeName ??= node
    if (zone !== undefined) endpoint.zone = zone
    if (Object.keys(others).length > 0) endpoint.deprecatedTopology = others
  }
}

/** flowcontrol before v1beta3: the shares of a priority level had another name. */
export function priorityLevelV1(level: KubeObject): void {
  const limited = objectAt(level, 'spec', 'limited')
  if (limited?.assuredConcurrencyShares === undefined) return
  limited.nominalConcurrencyShares = limited.assuredConcurrencyShares
  delete limited.assuredConcurrencyShares
}

/** node.k8s.io/v1alpha1: the fields of the spec are the object's own now, one with another name. */
export function runtimeClassV1(runtimeClass: KubeObject): void {
  const { runtimeHandler, ...others } = objectAt(runtimeClass, 'spec') ?? {}
  delete runtimeClass.spec
  Object.assign(runtimeClass, others, { handler: runtimeHandler })
}
