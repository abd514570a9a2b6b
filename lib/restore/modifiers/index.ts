import type { ResourceModifierRule, ResourceModifiers } from '../../velero/resource-modifiers.ts'
import { copyJson } from '../json.ts'
import type { JsonObject, KubeObject, RestoreItem } from '../types.ts'
import { holds } from './conditions.ts'
import { PatchError, TestFailedError, within } from './errors.ts'
import { applyJsonPatch } from './json-patch.ts'
import { kubeObject } from './kube-object.ts'
import { fieldsOfKind } from './merge-keys.ts'
import { applyMergePatch } from './merge-patch.ts'
import { strategicPatch } from './strategic-patch.ts'

/**
 * Applies the rules that hold for the item, one after the other, and puts the outcome in the place of its object. All are
 * tried on the object as it came. Answers what went wrong, in Velero's words: a rule that fails changes nothing, the
 * others apply.
 */
export function applyModifiers(modifiers: ResourceModifiers, item: RestoreItem): string[] {
  const before = item.object
  const problems: string[] = []
  let object = before
  for (const rule of modifiers.resourceModifierRules) {
    if (!holds(rule.conditions, item, before)) continue
    try {
      object = kubeObject(patched(object, rule))
    } catch (error) {
      if (error instanceof TestFailedError) continue
      if (!(error instanceof PatchError)) throw error
      problems.push(`error in applying patch ${error.message}`)
    }
  }
  // Later steps change objects in place: what they see may share nothing with a patch, nor one part of it with another.
  if (object !== before) item.object = copyJson(object)
  return problems
}

function patched(object: KubeObject, { patches, mergePatches, strategicPatches }: ResourceModifierRule): unknown {
  if (patches !== undefined) return within('error in applying JSON Patch ', () => applyJsonPatch(object, patches))
  if (mergePatches !== undefined) return mergePatches.reduce<unknown>(applyMergePatch, object)
  const fields = fieldsOfKind(object.apiVersion, object.kind)
  if (fields === undefined) throw unknownKind(object)
  const apply = (before: JsonObject, patch: JsonObject) => strategicPatch(before, patch, fields)
  return within('error in applying Strategic Patch ', () => strategicPatches?.reduce(apply, object) ?? object)
}

function unknownKind({ apiVersion, kind }: KubeObject): PatchError {
  const known = 'strategicPatches are for kinds of v1, apps/v1 and batch/v1, use mergePatches or patches'
  return new PatchError(`no kind "${kind}" is registered for version "${apiVersion}": ${known}`)
}
