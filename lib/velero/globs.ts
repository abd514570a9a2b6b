import { sortedSet } from './byte-order.ts'
import { compileGlob } from './glob-syntax.ts'

/** Whether the whole text fits a glob of Velero's resource lists (`*.apps`, `[dr]*`). An invalid pattern fits nothing. */
export function globMatch(pattern: string, text: string): boolean {
  return compileGlob(pattern)?.(text) ?? false
}

/** Whether Velero takes an item of a namespace list as a pattern, not as a name. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/**
 * The existing namespaces that a list of names and patterns (`* ? [abc]`) means, in byte order, and the items that mean
 * none. The item '' stands for no namespace at all and is in neither.
 */
export function expandNamespaces(
  patterns: readonly string[],
  existing: readonly string[],
): { names: string[]; unmatched: string[] } {
  const known = new Set(existing)
  const names: string[] = []
  const unmatched: string[] = []
  for (const pattern of new Set(patterns)) {
    const matches = hasWildcard(pattern) ? existing.filter(compileGlob(pattern) ?? (() => false)) : [pattern]
    const found = matches.filter(name => known.has(name))
    for (const name of found) names.push(name)
    if (found.length === 0 && pattern !== '' && pattern !== '*') unmatched.push(pattern)
  }
  return { names: sortedSet(names), unmatched }
}
