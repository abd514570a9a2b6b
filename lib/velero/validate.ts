import {
  validateIncludesExcludes,
  validateNamespaceIncludesExcludes,
  validateScopedIncludesExcludes,
} from './includes-excludes.ts'
import { NEVER_COLLECTED_ANY, onlyNeverCollected, usesOldFilters, usesScopedFilters } from './resource-filters.ts'
import type { ResourcePolicies } from './resource-policies.ts'
import type { Backup, BackupSpec, BackupStorageLocationSpec } from './types.ts'

const OLD_FILTERS = 'include-resources, exclude-resources and include-cluster-resources are old filter parameters.'
const NEW_FILTERS =
  'include-cluster-scoped-resources, exclude-cluster-scoped-resources, include-namespace-scoped-resources and' +
  ' exclude-namespace-scoped-resources are new filter parameters.'

export interface ValidationContext {
  location: { name: string; accessMode?: BackupStorageLocationSpec['accessMode'] | undefined }
  /** What spec.resourcePolicy names, if it names anything. */
  resourcePolicies?: ResourcePolicies | undefined
}

/** What Velero says, on the client and on the server, of filters of both generations. */
export function mixedFilters(spec: BackupSpec): string[] {
  if (!usesOldFilters(spec) || !usesScopedFilters(spec)) return []
  return [`${OLD_FILTERS}\n${NEW_FILTERS}\nThey cannot be used together`]
}

/**
 * What keeps a Backup from being run, as status.validationErrors: Velero 1.18's texts in its order. None if it may run.
 * It does not matter whether `defaultBackup` was applied before.
 */
export function validateBackup({ spec }: Backup, { location, resourcePolicies }: ValidationContext): string[] {
  const errors: string[] = []
  const old = usesOldFilters(spec)
  if (location.accessMode === 'ReadOnly') {
    errors.push(
      `backup can't be created because backup storage location ${location.name} is currently in read-only mode`,
    )
  }
  errors.push(...mixedFilters(spec))
  errors.push(...(old ? oldListErrors(spec) : scopedListErrors(spec)))
  for (const error of validateNamespaceIncludesExcludes(spec.includedNamespaces, spec.excludedNamespaces)) {
    errors.push(`Invalid included/excluded namespace lists: ${error}`)
  }
  if (spec.labelSelector !== undefined && spec.orLabelSelectors !== undefined) {
    errors.push('encountered labelSelector as well as orLabelSelectors in backup spec, only one can be specified')
  }
  if (old && resourcePolicies?.includeExcludePolicy !== undefined) {
    errors.push(`${OLD_FILTERS}\nThey cannot be used with include-exclude policies.`)
  }
  return errors
}

type Rule = typeof validateIncludesExcludes

function oldListErrors(spec: BackupSpec): string[] {
  return listErrors('', validateIncludesExcludes, spec.includedResources, spec.excludedResources)
}

function scopedListErrors(spec: BackupSpec): string[] {
  const rule = validateScopedIncludesExcludes
  return [
    ...listErrors('cluster-scoped ', rule, spec.includedClusterScopedResources, spec.excludedClusterScopedResources),
    ...listErrors(
      'namespace-scoped ',
      rule,
      spec.includedNamespaceScopedResources,
      spec.excludedNamespaceScopedResources,
    ),
  ]
}

function listErrors(
  scope: string,
  rule: Rule,
  includes: string[] | undefined,
  excludes: string[] | undefined,
): string[] {
  const prefix = `Invalid ${scope}included/excluded resource lists:`
  // Velero drops what it never collects from the includes, and an empty list means everything.
  if (onlyNeverCollected(includes)) {
    return [`${prefix} includes list names only what is never collected: ${NEVER_COLLECTED_ANY.join(', ')}`]
  }
  return rule(includes, excludes).map(error => `${prefix} ${error}`)
}
