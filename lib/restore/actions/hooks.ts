import { globMatch } from '../../velero/globs.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { RestoreResourceHookSpec } from '../../velero/types-restore.ts'
import { objectAt } from '../json.ts'
import type { RestoreActionContext, RestoreItem } from '../types.ts'

/**
 * The hooks of the restore's spec that mean this pod: by its target namespace and its labels. As in Velero, a hook's lists
 * of resources do not count; pods are what there are hooks for.
 */
export function hooksFor(item: RestoreItem, context: RestoreActionContext): RestoreResourceHookSpec[] {
  const namespace = context.targetNamespace(item.namespace)
  const labels = objectAt(item.object, 'metadata', 'labels') as Record<string, string> | undefined
  return (context.spec.hooks?.resources ?? []).filter(
    ({ includedNamespaces = [], excludedNamespaces = [], labelSelector }) =>
      (includedNamespaces.length === 0 || includedNamespaces.some(glob => globMatch(glob, namespace))) &&
      !excludedNamespaces.some(glob => globMatch(glob, namespace)) &&
      (labelSelector === undefined || matchesSelector(labelSelector, labels)),
  )
}

/** A hook's command as an annotation holds it: a JSON list, or one word. */
export function commandOf(annotation: string): string[] {
  if (!annotation.startsWith('[')) return annotation === '' ? [] : [annotation]
  try {
    const command: unknown = JSON.parse(annotation)
    if (Array.isArray(command) && command.every(word => typeof word === 'string')) return command
  } catch {}
  return [annotation]
}
