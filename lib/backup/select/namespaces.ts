import { expandNamespaces, hasWildcard } from '../../velero/globs.ts'
import type { BackupSpec } from '../../velero/types.ts'
import type { Finding, NamespaceInfo } from './types.ts'

export const EXCLUDE_LABEL = 'velero.io/exclude-from-backup'
const ARGO_CD_LABEL = 'argocd.argoproj.io/managed-by'

export interface NamespaceFilter {
  /** Nothing is excluded and every existing namespace included, be it by `*` or name by name. */
  everything: boolean
  /** Existing namespaces to list, sorted; `null`: all. */
  names: string[] | null
  includes(name: string): boolean
  /** `''` is among the names: the backup is after cluster-scoped objects. */
  clusterOnly: boolean
  /** With those that carry the exclude label. */
  excluded: string[]
  /** Named in full, but not there. */
  missing: string[]
  findings: Finding[]
}

/**
 * Velero 1.18's namespace filter: globs are expanded against what exists at the start, an exclude wins over any
 * include, a glob that matches nothing includes nothing, and `''` stands for no namespace. Where not all namespaces are
 * known (`complete`), those named are never everything.
 */
export function namespaceFilter(
  spec: BackupSpec,
  existing: readonly NamespaceInfo[],
  complete: boolean,
): NamespaceFilter {
  const all = existing.map(namespace => namespace.name).sort()
  const wanted = spec.includedNamespaces?.length ? spec.includedNamespaces : ['*']
  const labelled = existing.filter(namespace => namespace.labels[EXCLUDE_LABEL] === 'true').map(({ name }) => name)
  const excluded = [...new Set([...(spec.excludedNamespaces ?? []), ...labelled])]

  const included = expand(wanted, all)
  const left = expand(excluded, all)
  const everything =
    complete && left.names.size === 0 && included.names.size === all.length && all.every(n => included.names.has(n))
  const includes = (name: string) => !left.names.has(name) && (everything || included.names.has(name))
  const missing = wanted.filter(name => name !== '' && !hasWildcard(name) && !all.includes(name))

  return {
    everything,
    names: everything ? null : all.filter(includes),
    includes,
    clusterOnly: wanted.includes(''),
    excluded,
    missing,
    findings: [
      ...missing.map(notFound),
      ...(wanted.includes('') ? [clusterOnly] : []),
      ...wanted.filter(name => labelled.includes(name)).map(labelledButIncluded),
      ...unmatched('includedNamespaces', included.unmatched),
      ...unmatched('excludedNamespaces', left.unmatched),
      ...managedByArgo(existing.filter(({ name, labels }) => labels[ARGO_CD_LABEL] && includes(name))),
    ],
  }
}

/** Names without a glob stay whether they exist or not, as one of them is enough to make the filter a partial one. */
function expand(patterns: readonly string[], existing: readonly string[]) {
  const { names, unmatched } = expandNamespaces(patterns.filter(hasWildcard), existing)
  return { names: new Set([...patterns.filter(pattern => !hasWildcard(pattern)), ...names]), unmatched }
}

/** Velero's way to ask for cluster-scoped objects alone; by mistake, it is what an unset variable makes of a flag. */
const clusterOnly: Finding = {
  level: 'warning',
  message:
    'spec.includedNamespaces holds an empty name, which stands for no namespace: only cluster-scoped objects are backed up for it',
}

function notFound(name: string): Finding {
  return {
    level: 'error',
    message: `fail to get the namespace ${name} specified in backup.Spec.IncludedNamespaces`,
    error: 'no namespace of this name exists; correct the name or take it out of the list',
    resource: 'namespaces',
  }
}

function labelledButIncluded(name: string): Finding {
  return {
    level: 'error',
    message: `Invalid included/excluded namespace lists: excludes list cannot contain an item in the includes list: ${name}`,
    error: `the namespace is excluded by its label ${EXCLUDE_LABEL}=true; remove the label or take the namespace out of spec.includedNamespaces`,
    resource: 'namespaces',
  }
}

function unmatched(field: string, patterns: readonly string[]): Finding[] {
  return patterns.map(pattern => ({
    level: 'warning',
    message: `spec.${field}: ${JSON.stringify(pattern)} matches no namespace`,
  }))
}

function managedByArgo(namespaces: readonly NamespaceInfo[]): Finding[] {
  if (namespaces.length === 0) return []
  const names = namespaces.map(namespace => namespace.name).join(' ')
  return [
    {
      level: 'warning',
      message: `backup operation may encounter complications and potentially produce undesirable results due to the inclusion of namespaces [${names}] managed by ArgoCD in the backup.`,
    },
  ]
}
