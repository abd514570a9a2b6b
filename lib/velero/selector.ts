import { byBytes } from './byte-order.ts'
import { InvalidInputError } from './errors.ts'
import { goQuote } from './go-quote.ts'
import { labelValueProblems, qualifiedNameProblems } from './kubernetes-names.ts'
import { parseRequirements, type Requirement, SelectorSyntaxError } from './selector-grammar.ts'
import type { LabelSelector, LabelSelectorRequirement } from './types.ts'

const NEXT = "Write it as kubectl does: a=b,c!=d,'e in (x,y)',!f."

/**
 * Reads a selector by kubectl's grammar. Unlike Velero's flag, which fails on `a!=b` and keeps the last of `a=b,a=c`,
 * every term keeps its meaning: the first becomes NotIn, the second `a=b` and In (c). Throws InvalidInputError.
 */
export function parseSelector(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: LabelSelectorRequirement[] = []
  for (const requirement of requirementsOf(text).sort((a, b) => byBytes(a.key, b.key))) {
    const { key, operator, values } = requirement
    const [value = ''] = values
    const exact = operator === '=' || operator === '=='
    if (exact && !Object.hasOwn(matchLabels, key)) matchLabels[key] = value
    else if (exact && matchLabels[key] !== value) matchExpressions.push({ key, operator: 'In', values })
    else if (!exact) matchExpressions.push(expressionOf(requirement))
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  }
}

function requirementsOf(text: string): Requirement[] {
  try {
    return parseRequirements(text)
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError)) throw error
    throw new InvalidInputError(`couldn't parse the selector string "${text}": ${error.message}`, { next: NEXT })
  }
}

function expressionOf({ key, operator, values }: Requirement): LabelSelectorRequirement {
  if (operator === 'exists') return { key, operator: 'Exists' }
  if (operator === '!') return { key, operator: 'DoesNotExist' }
  if (operator === 'in') return { key, operator: 'In', values }
  if (operator === 'notin' || operator === '!=') return { key, operator: 'NotIn', values }
  throw new InvalidInputError(`"${operator}" isn't supported in label selectors`, { next: NEXT })
}

/** Reads `--or-selector`: selectors separated by ` or `. Throws InvalidInputError. */
export function parseOrSelectors(text: string): LabelSelector[] {
  return text.split(' or ').map(parseSelector)
}

/** A selector for people, as kubectl and Velero print it: `<none>` if it selects everything, `<error>` if it is invalid. */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '<none>'
  if (validateSelector(selector).length > 0) return '<error>'
  return termsOf(selector) || '<none>'
}

/**
 * A selector as the value of the API's `labelSelector` parameter; '' selects everything. (Velero sends `<none>` for an
 * empty selector, and every list fails.) Throws InvalidInputError for a selector that the API would not take.
 */
export function selectorQuery(selector: LabelSelector): string {
  const [problem] = validateSelector(selector)
  if (problem !== undefined) throw new InvalidInputError(`labelSelector.${problem}`, { next: 'Correct the selector.' })
  return termsOf(selector)
}

function termsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const terms = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, term: `${key}=${value}` })),
    ...matchExpressions.map(expression => ({ key: expression.key, term: termOf(expression) })),
  ]
  return terms
    .sort((a, b) => byBytes(a.key, b.key))
    .map(({ term }) => term)
    .join(',')
}

function termOf({ key, operator, values = [] }: LabelSelectorRequirement): string {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort(byBytes).join(',')})`
}

/** Whether an object with these labels is selected, by the API server's rules. */
export function matchesSelector(selector: LabelSelector, labels: Record<string, string> = {}): boolean {
  const value = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined)
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, wanted]) => value(key) === wanted) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const present = value(key)
      if (operator === 'Exists') return present !== undefined
      if (operator === 'DoesNotExist') return present === undefined
      const listed = present !== undefined && values.includes(present)
      return operator === 'In' ? listed : !listed
    })
  )
}

/** What Kubernetes finds wrong with a selector, each with its path below the selector; none if it is valid. */
export function validateSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string[] {
  const labels = Object.entries(matchLabels).flatMap(([key, value]) => [
    ...invalid('matchLabels', key, qualifiedNameProblems(key)),
    ...invalid('matchLabels', value, labelValueProblems(value)),
  ])
  return [
    ...labels,
    ...matchExpressions.flatMap((expression, i) => expressionProblems(expression, `matchExpressions[${i}]`)),
  ]
}

function expressionProblems({ key, operator, values = [] }: LabelSelectorRequirement, path: string): string[] {
  const takesValues = operator === 'In' || operator === 'NotIn'
  const problems: string[] = []
  if (!takesValues && operator !== 'Exists' && operator !== 'DoesNotExist') {
    problems.push(...invalid(`${path}.operator`, operator, ['not a valid selector operator']))
  } else if (takesValues && values.length === 0) {
    problems.push(`${path}.values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`)
  } else if (!takesValues && values.length > 0) {
    problems.push(`${path}.values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`)
  }
  problems.push(...invalid(`${path}.key`, key, qualifiedNameProblems(key)))
  return [
    ...problems,
    ...values.flatMap((value, i) => invalid(`${path}.values[${i}]`, value, labelValueProblems(value))),
  ]
}

function invalid(path: string, value: string, problems: string[]): string[] {
  return problems.map(problem => `${path}: Invalid value: ${goQuote(value)}: ${problem}`)
}
