import { expandNamespaces, hasWildcard } from '../../velero/globs.ts'
import type { Scope } from './types.ts'

interface Lists {
  includedNamespaces?: string[] | undefined
  excludedNamespaces?: string[] | undefined
}

/** Whether all namespaces are meant, those that are left out set aside. */
export function isEverywhere({ includedNamespaces = [] }: Lists): boolean {
  return includedNamespaces.length === 0 || includedNamespaces.includes('*')
}

/** Whether it takes knowing the namespaces to tell which are meant. */
export function hasPatterns(lists: Lists): boolean {
  return !isEverywhere(lists) && (lists.includedNamespaces ?? []).some(hasWildcard)
}

/**
 * Where rights are needed. RBAC has neither exceptions nor patterns: `*` is everywhere, whatever is left out of it, and
 * other patterns are the namespaces that they stand for now. Notes tell both. `existing`: what patterns are about.
 */
export function scopeOf(lists: Lists, existing: readonly string[]): { scope: Scope; notes: string[] } {
  const { includedNamespaces = [], excludedNamespaces = [] } = lists
  const left = excludedNamespaces.filter(name => name !== '')
  if (isEverywhere(lists)) {
    if (left.length === 0) return { scope: 'everywhere', notes: [] }
    const note = `RBAC has no exceptions: this is good in the namespaces that are left out (${left.join(', ')}) too. To keep them closed, name those that are meant with --include-namespaces.`
    return { scope: 'everywhere', notes: [note] }
  }
  const patterns = includedNamespaces.filter(hasWildcard)
  const named = includedNamespaces.filter(name => name !== '' && !hasWildcard(name))
  const found = expandNamespaces(patterns, existing).names
  const excluded = expandNamespaces(left.filter(hasWildcard), [...named, ...found]).names
  const scope = [...new Set([...named, ...found])]
    .filter(name => !left.includes(name) && !excluded.includes(name))
    .sort()
  if (patterns.length === 0) return { scope, notes: [] }
  const now = found.filter(name => scope.includes(name)).join(', ') || 'no namespace'
  const note = `RBAC has no patterns: ${patterns.join(', ')} stood for ${now} when this was printed. Print it anew when namespaces have come.`
  return { scope, notes: [note] }
}
