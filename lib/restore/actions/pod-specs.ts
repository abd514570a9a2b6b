import { objectAt, objectsAt } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'

const TEMPLATE = ['spec', 'template', 'spec']

/** Where kinds that hold a pod have its spec. Those of `extensions` are the ones of `apps`, as clusters before 1.16 name them. */
const PATHS: Record<string, readonly string[]> = {
  pods: ['spec'],
  replicationcontrollers: TEMPLATE,
  'deployments.apps': TEMPLATE,
  'statefulsets.apps': TEMPLATE,
  'daemonsets.apps': TEMPLATE,
  'replicasets.apps': TEMPLATE,
  'deployments.extensions': TEMPLATE,
  'daemonsets.extensions': TEMPLATE,
  'replicasets.extensions': TEMPLATE,
  'jobs.batch': TEMPLATE,
  'cronjobs.batch': ['spec', 'jobTemplate', ...TEMPLATE],
}

export function holdsPod(resource: string): boolean {
  return Object.hasOwn(PATHS, resource)
}

/** The containers and init containers of the pod that an object of this kind is or makes. */
export function containersOf(resource: string, object: KubeObject): JsonObject[] {
  const spec = objectAt(object, ...((holdsPod(resource) && PATHS[resource]) || []))
  return [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]
}
