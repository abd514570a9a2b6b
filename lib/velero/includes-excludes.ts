import { sortedSet } from './byte-order.ts'
import { goQuote } from './go-quote.ts'
import { namespaceNameProblems } from './kubernetes-names.ts'

type List = readonly string[] | undefined

const LONE_STAR = "list must either contain '*' only, or a non-empty list of items"

/** Velero's errors (1.18, pkg/util/collections) for a pair of resource lists; none if they are valid. */
export function validateIncludesExcludes(includes: List, excludes: List): string[] {
  const included = sortedSet(includes ?? [])
  const excluded = sortedSet(excludes ?? [])
  const errors = []
  if (included.length > 1 && included.includes('*')) errors.push(`includes ${LONE_STAR}`)
  if (excluded.includes('*')) errors.push("excludes list cannot contain '*'")
  return [...errors, ...inBoth(included, excluded)]
}

/** The same for the lists that name one scope only, where `*` may be excluded. */
export function validateScopedIncludesExcludes(includes: List, excludes: List): string[] {
  const included = sortedSet(includes ?? [])
  const excluded = sortedSet(excludes ?? [])
  const errors = []
  if (included.length > 1 && included.includes('*')) errors.push(`includes ${LONE_STAR}`)
  if (excluded.length > 1 && excluded.includes('*')) errors.push(`excludes ${LONE_STAR}`)
  if (included.length > 0 && excluded.includes('*')) errors.push("when exclude is '*', include cannot have value")
  return [...errors, ...inBoth(included, excluded)]
}

/** The same for namespaces: names, patterns of `*`, `?` and `[abc]`, and '' for none at all. */
export function validateNamespaceIncludesExcludes(includes: List, excludes: List): string[] {
  return [
    ...validateIncludesExcludes(includes, excludes),
    ...sortedSet(includes ?? []).flatMap(namespaceProblems),
    ...sortedSet(excludes ?? []).flatMap(namespaceProblems),
  ]
}

function inBoth(included: string[], excluded: string[]): string[] {
  return excluded
    .filter(item => included.includes(item))
    .map(item => `excludes list cannot contain an item in the includes list: ${item}`)
}

function namespaceProblems(pattern: string): string[] {
  if (pattern === '') return []
  const problem = patternProblem(pattern)
  if (problem !== undefined) return [`wildcard pattern contains ${problem}`]
  // What remains after the wildcards must be able to occur in a name.
  return namespaceNameProblems(pattern.replace(/[*?[\]]/g, 'x')).map(
    message => `invalid namespace ${goQuote(pattern)}: ${message}`,
  )
}

function patternProblem(pattern: string): string | undefined {
  if (/[|()!{},]/.test(pattern)) return 'unsupported characters: |, (, ), !, {, }, ,'
  if (pattern.includes('**')) return 'consecutive asterisks (only single * allowed)'
  // Whole brackets go first: the leftmost of what stays is what Velero meets first.
  const [found] = /\[\]|[[\]]/.exec(pattern.replace(/\[[^\]]+\]/g, '')) ?? []
  if (found === '[]') return "empty bracket pattern '[]'"
  if (found === '[') return "unclosed bracket '['"
  return found === ']' ? "unmatched closing bracket ']'" : undefined
}
