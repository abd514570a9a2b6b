import type { LabelSelector, ObjectMeta } from '../../velero/types.ts'
import { said } from '../flags/kinds.ts'
import type { RequestFlags } from '../flags/request-flags.ts'
import type { SelectionFlags } from '../flags/selection-flags.ts'

// What a Backup and a Restore take from flags in the same way. Fields that are undefined are left out of them.

export function metadataOf(
  name: string,
  namespace: string,
  labels: RequestFlags['labels'],
  annotations: RequestFlags['annotations'],
): ObjectMeta {
  return { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) }
}

export interface Selection {
  includedNamespaces: string[]
  excludedNamespaces: string[] | undefined
  includedResources: string[] | undefined
  excludedResources: string[] | undefined
  includeClusterResources: boolean | undefined
  labelSelector: LabelSelector | undefined
  orLabelSelectors: LabelSelector[] | undefined
}

export function selectionOf(flags: SelectionFlags): Selection {
  return {
    includedNamespaces: flags.includeNamespaces,
    excludedNamespaces: flags.excludeNamespaces,
    includedResources: flags.includeResources,
    excludedResources: flags.excludeResources,
    includeClusterResources: said(flags.includeClusterResources),
    labelSelector: flags.selector,
    orLabelSelectors: flags.orSelector,
  }
}

export function withoutUndefined<Spec extends object>(spec: { [K in keyof Spec]: Spec[K] | undefined }): Spec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as Spec
}
