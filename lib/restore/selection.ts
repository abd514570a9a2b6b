import type { Discovery } from '../cluster/types.ts'
import { compileGlob } from '../velero/glob-syntax.ts'
import { hasWildcard } from '../velero/globs.ts'
import { matchesSelector } from '../velero/selector.ts'
import type { RestoreSpec } from '../velero/types-restore.ts'
import { groupResource, NAMESPACES } from './names.ts'

/** A restore's resource lists with names resolved to group-resources, once for all of its invocations. */
export interface ResolvedLists {
  included: string[]
  excluded: string[]
  /** Kinds whose status is restored; absent: of none. */
  status?: { included: string[]; excluded: string[] }
}

/** What of a backup is restored. Names are those of the backup. */
export interface Selection {
  includesResource(resource: string): boolean
  includesNamespace(name: string): boolean
  /** The included namespaces, where they are given by name, not by patterns. */
  readonly named: readonly string[] | undefined
  /** Is an object of this kind, in this namespace ('' for none), chosen by the lists? Of Namespace objects `name` counts too. */
  selects(resource: string, namespace: string, name?: string): boolean
  /** May an object be restored because another one needs it? Labels and the default for cluster-scoped kinds don't count then. */
  allowsRelated(resource: string, namespace: string): boolean
  matchesLabels(labels: Record<string, string> | undefined): boolean
  restoresStatus(resource: string): boolean
  /** Whether a chosen object may need one that is not chosen. */
  readonly partial: boolean
}

type Matcher = (text: string) => boolean

/** By Velero's rules: velero-restore's truth table of includeClusterResources, globs without separators. */
export function selectionOf(spec: RestoreSpec, lists: ResolvedLists): Selection {
  const includesResource = matcher(lists.included, lists.excluded)
  const includesNamespace = matcher(spec.includedNamespaces ?? [], spec.excludedNamespaces ?? [])
  const allNamespaces = isEverything(spec.includedNamespaces) && (spec.excludedNamespaces ?? []).length === 0
  const clusterScoped = spec.includeClusterResources ?? allNamespaces
  const status = lists.status && matcher(lists.status.included, lists.status.excluded)
  const selectors = spec.labelSelector ? [spec.labelSelector] : (spec.orLabelSelectors ?? [])
  const named = (spec.includedNamespaces ?? []).filter(name => name !== '')
  const onlyNames = named.length > 0 && !named.some(hasWildcard)
  return {
    includesResource,
    includesNamespace,
    named: onlyNames ? named : undefined,
    selects: (resource, namespace, name = '') => {
      if (!includesResource(resource)) return false
      if (namespace !== '') return includesNamespace(namespace)
      // Velero makes every namespace of the backup where cluster-scoped objects are asked for, also those left out.
      return clusterScoped && (resource !== NAMESPACES || includesNamespace(name))
    },
    allowsRelated: (resource, namespace) =>
      includesResource(resource) &&
      (namespace === '' ? spec.includeClusterResources !== false : includesNamespace(namespace)),
    matchesLabels: labels =>
      selectors.length === 0 || selectors.some(selector => matchesSelector(selector, labels ?? {})),
    restoresStatus: resource => status?.(resource) ?? false,
    partial: selectors.length > 0 || !clusterScoped,
  }
}

function isEverything(list: readonly string[] = []): boolean {
  return list.length === 0 || (list.length === 1 && list[0] === '*')
}

/** Excludes win; no includes means all. What was asked before is remembered: there are few different texts. */
function matcher(includes: readonly string[], excludes: readonly string[]): Matcher {
  const globs = (patterns: readonly string[]) =>
    patterns.map(pattern => compileGlob(pattern)).filter(glob => glob !== undefined)
  const [included, excluded] = [globs(includes), globs(excludes)]
  const all = includes.length === 0 || includes.includes('*')
  const known = new Map<string, boolean>()
  return text => {
    const before = known.get(text)
    if (before !== undefined) return before
    const answer = !excluded.some(glob => glob(text)) && (all || included.some(glob => glob(text)))
    known.set(text, answer)
    return answer
  }
}

/**
 * Resolves the names of a restore's resource lists: as a person may write them for what the cluster serves, by plural
 * (`sails`, with or without group) for what only the backup has. `unknown`: names in include lists that mean nothing.
 */
export function resolveLists(
  spec: RestoreSpec,
  discovery: Pick<Discovery, 'resolve'>,
  archived: readonly string[],
): { lists: ResolvedLists; unknown: string[]; unknownExcludes: string[] } {
  const resolve = (name: string): string | undefined => {
    if (hasWildcard(name) || archived.includes(name)) return name
    const found = discovery.resolve(name)
    const served = found && groupResource(found)
    // A kind of the backup is what is meant, also where the cluster serves another of that name.
    if (served !== undefined && archived.includes(served)) return served
    return archived.find(resource => resource.startsWith(`${name}.`)) ?? served
  }
  const resolved = (names: readonly string[] = []) => names.map(name => resolve(name) ?? name)
  const unresolved = (names: readonly string[] = []) => names.filter(name => resolve(name) === undefined)
  const { restoreStatus } = spec
  const lists: ResolvedLists = {
    included: resolved(spec.includedResources),
    excluded: resolved(spec.excludedResources),
    ...(restoreStatus && {
      status: {
        included: resolved(restoreStatus.includedResources),
        excluded: resolved(restoreStatus.excludedResources),
      },
    }),
  }
  return {
    lists,
    unknown: unresolved([...(spec.includedResources ?? []), ...(restoreStatus?.includedResources ?? [])]),
    unknownExcludes: unresolved(spec.excludedResources),
  }
}
