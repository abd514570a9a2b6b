import type { ApiResource, Discovery } from '../../cluster/types.ts'
import { compileGlob } from '../../velero/glob-syntax.ts'
import { hasWildcard } from '../../velero/globs.ts'
import { canBeBackedUp, groupResource } from './resources.ts'

/** One of spec's six resource lists, or of a policy's four. */
export interface ResourceList {
  /** Group-resources and globs over them. */
  readonly patterns: readonly string[]
  matches(resource: ApiResource): boolean
  /** Names that no resource fits; Velero keeps them, so that a list of nothing else includes nothing. */
  readonly unknown: readonly string[]
  /** Globs that no resource fits. */
  readonly unmatched: readonly string[]
  /** Names of types of the other scope; Velero drops them, so that a list of nothing else is an empty one. */
  readonly wrongScope: readonly string[]
}

/** Resolves each name as a person may write it: plural, singular, kind or short name, with or without group; or a glob. */
export function resourceList(
  names: readonly string[] | undefined,
  discovery: Discovery,
  scope?: 'namespaced' | 'cluster',
): ResourceList {
  const inScope = (known: ApiResource) => scope === undefined || known.namespaced === (scope === 'namespaced')
  const candidates = discovery.resources.filter(known => canBeBackedUp(known) && inScope(known))
  const patterns = new Set<string>()
  const unknown: string[] = []
  const unmatched: string[] = []
  const wrongScope: string[] = []
  for (const name of names ?? []) {
    const found = hasWildcard(name) ? undefined : discovery.resolve(name)
    if (found !== undefined && canBeBackedUp(found)) {
      if (inScope(found)) patterns.add(groupResource(found))
      else wrongScope.push(name)
      continue
    }
    patterns.add(name)
    if (name === '*') continue
    const fits = candidates.some(listOf([name]).matches)
    if (!fits) (hasWildcard(name) ? unmatched : unknown).push(name)
  }
  return { ...listOf([...patterns]), unknown, unmatched, wrongScope }
}

/** The list with more patterns, already in the form of group-resources. */
export function extended(list: ResourceList, patterns: readonly string[]): ResourceList {
  return { ...list, ...listOf([...list.patterns, ...patterns]) }
}

function listOf(patterns: readonly string[]): Pick<ResourceList, 'patterns' | 'matches'> {
  const globs = patterns.map(pattern => compileGlob(pattern)).filter(glob => glob !== undefined)
  return {
    patterns,
    matches: resource => {
      const name = groupResource(resource)
      return globs.some(glob => glob(name))
    },
  }
}
