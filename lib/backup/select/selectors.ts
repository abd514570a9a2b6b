import type { BackupSpec, LabelSelector } from '../../velero/types.ts'

/**
 * The selectors an object must match one of; none: every object is in. An empty selector selects everything, alone or
 * among others. (Velero sends it as the text `<none>`, and every list fails.)
 */
export function selectorsOf(spec: BackupSpec): LabelSelector[] {
  const selectors = spec.orLabelSelectors?.length
    ? spec.orLabelSelectors
    : spec.labelSelector
      ? [spec.labelSelector]
      : []
  return selectors.some(isEmpty) ? [] : selectors
}

function isEmpty(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
}
