import { RESTORE_LABELS } from './compare.ts'
import { isObject, objectAt, objectsAt, textAt } from './json.ts'
import { sameJson } from './json-equality.ts'
import type { JsonObject, KubeObject } from './types.ts'

/**
 * The JSON merge patch (RFC 7386) that turns `from` into `to`; undefined where nothing differs. In a merge patch null
 * means absent, so a null in `to` ends as no field at all. Shares values with `to`.
 */
export function mergePatch(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const changes: [string, unknown][] = []
  for (const [key, wanted] of Object.entries(to)) {
    const present = Object.hasOwn(from, key) ? (from[key] ?? undefined) : undefined
    if (wanted === undefined || wanted === null) continue
    if (isObject(present) && isObject(wanted)) {
      const inner = mergePatch(present, wanted)
      if (inner !== undefined) changes.push([key, inner])
    } else if (!sameJson(present, wanted)) changes.push([key, wanted])
  }
  for (const [key, present] of Object.entries(from)) {
    const gone = !Object.hasOwn(to, key) || to[key] === undefined || to[key] === null
    if (gone && present !== undefined && present !== null) changes.push([key, null])
  }
  return changes.length > 0 ? Object.fromEntries(changes) : undefined
}

/**
 * A live ServiceAccount with what it lacks of the backed-up one: secrets and pull secrets by their names, labels and
 * annotations by their keys. What it has wins. The labels of a restore are not added: it was not created by it.
 */
export function serviceAccountMerge(live: KubeObject, desired: KubeObject): KubeObject {
  const merged: KubeObject = { ...live, metadata: { ...live.metadata } }
  for (const field of ['secrets', 'imagePullSecrets']) {
    const present = objectsAt(live, field)
    const names = new Set(present.map(reference => textAt(reference, 'name')))
    const missing = objectsAt(desired, field).filter(reference => !names.has(textAt(reference, 'name')))
    if (missing.length > 0) merged[field] = [...present, ...missing]
  }
  for (const field of ['labels', 'annotations']) {
    const present = objectAt(live.metadata, field) ?? {}
    const missing = Object.entries(objectAt(desired.metadata, field) ?? {}).filter(
      ([key]) => !Object.hasOwn(present, key) && !(field === 'labels' && RESTORE_LABELS.includes(key)),
    )
    if (missing.length > 0) merged.metadata[field] = { ...present, ...Object.fromEntries(missing) }
  }
  return merged
}
