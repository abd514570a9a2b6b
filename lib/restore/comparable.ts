import { isHooksContainer } from './actions/init-restore-hook.ts'
import { copyJson, isObject, listAt, objectAt, textAt } from './json.ts'
import { CLAIMS, PODS } from './names.ts'
import { normalise } from './prepare-item.ts'
import type { KubeObject } from './types.ts'
import type { Writer, Writing } from './writer.ts'

/** An object as it is to be, and the live one as it would be had it just been prepared. */
export function comparable(
  { facts }: Pick<Writer, 'facts'>,
  { resource, namespace, name, stored, object }: Writing,
  live: KubeObject,
): { desired: KubeObject; normal: KubeObject } {
  const normal = normalise(facts, { resource, namespace, name }, copyJson(live))
  // A claim that is to get a new volume has one by now.
  if (resource === CLAIMS && textAt(object, 'spec', 'volumeName') === '' && isObject(normal.spec))
    delete normal.spec.volumeName
  if (resource !== PODS) return { desired: object, normal }
  // Hooks are for pods that are created, and the API server completes what an earlier restore put into one.
  const isHooks = isHooksContainer({ resource, namespace, name, stored, object: stored }, facts.actions)
  return { desired: withoutInit(copyJson(object), isHooks), normal: withoutInit(normal, isHooks) }
}

/** Changes the pod. */
function withoutInit(pod: KubeObject, isOut: (name: string) => boolean): KubeObject {
  const spec = objectAt(pod, 'spec')
  if (spec === undefined || !Array.isArray(spec.initContainers)) return pod
  const left = listAt(spec, 'initContainers').filter(container => !isOut(textAt(container, 'name')))
  if (left.length > 0) spec.initContainers = left
  else delete spec.initContainers
  return pod
}
