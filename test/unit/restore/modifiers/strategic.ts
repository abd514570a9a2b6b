import { fieldsOfKind } from '../../../../lib/restore/modifiers/merge-keys.ts'
import { strategicPatch } from '../../../../lib/restore/modifiers/strategic-patch.ts'

export type Json = Record<string, unknown>

// What is expected here is what Kubernetes' own strategicpatch package answers.
export const patched = (target: Json, patch: Json, kind = 'v1 Pod') => {
  const [apiVersion = '', name = ''] = kind.split(' ')
  return strategicPatch(target, patch, fieldsOfKind(apiVersion, name) ?? {})
}
export const spec = (target: Json, patch: Json, kind?: string) => patched({ spec: target }, { spec: patch }, kind).spec
export const named = (...names: string[]) => names.map(name => ({ name }))
