import { sortedSet } from './byte-order.ts'
import { goQuote } from './go-quote.ts'
import { labelValueProblems, qualifiedNameProblems } from './kubernetes-names.ts'

export type SelectorOperator = 'exists' | '!' | '=' | '==' | '!=' | 'in' | 'notin' | 'gt' | 'lt'

/** One comma-separated term of a selector, as kubectl reads it. */
export interface Requirement {
  key: string
  operator: SelectorOperator
  /** Sorted, each once. */
  values: string[]
}

/** Raised inside the parser only; its message is the part after `couldn't parse the selector string`. */
export class SelectorSyntaxError extends Error {}

const TOKEN = /==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g
const SYMBOLS = new Set(['', '=', '==', '!=', '!', '(', ')', ',', '<', '>'])
const BINARY: Record<string, SelectorOperator> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  in: 'in',
  notin: 'notin',
  '>': 'gt',
  '<': 'lt',
}
const BINARY_NAMES = 'in, notin, =, ==, !=, gt, lt'

/** Reads `a=b,c!=d,e in (x,y),!f,g` by the grammar of Kubernetes' labels.Parse, with its error texts. */
export function parseRequirements(text: string): Requirement[] {
  const tokens = tokenise(text)
  const requirements: Requirement[] = []
  if (tokens.peek() === '') return requirements
  for (;;) {
    const start = tokens.peek()
    if (start !== '!' && SYMBOLS.has(start)) {
      const expected = requirements.length === 0 ? "!, identifier, or 'end of string'" : "identifier after ','"
      throw new SelectorSyntaxError(`found '${start}', expected: ${expected}`)
    }
    requirements.push(prefixErrors('unable to parse requirement: ', () => parseRequirement(tokens)))
    const end = tokens.next()
    if (end === '') return requirements
    if (end !== ',') throw new SelectorSyntaxError(`found '${end}', expected: ',' or 'end of string'`)
  }
}

interface Tokens {
  /** '' at the end. */
  peek(): string
  next(): string
}

function tokenise(text: string): Tokens {
  const tokens: string[] = text.match(TOKEN) ?? []
  let at = 0
  return { peek: () => tokens[at] ?? '', next: () => tokens[at++] ?? '' }
}

function parseRequirement(tokens: Tokens): Requirement {
  const negated = tokens.peek() === '!'
  if (negated) tokens.next()
  const key = tokens.next()
  if (SYMBOLS.has(key)) throw new SelectorSyntaxError(`found '${key}', expected: identifier`)
  const problems = qualifiedNameProblems(key)
  if (problems.length > 0) throw new SelectorSyntaxError(`Invalid value: ${goQuote(key)}: ${problems.join('; ')}`)
  if (negated) return { key, operator: '!', values: [] }
  if (tokens.peek() === '' || tokens.peek() === ',') return { key, operator: 'exists', values: [] }
  const symbol = tokens.next()
  const operator = BINARY[symbol]
  if (operator === undefined) throw new SelectorSyntaxError(`found '${symbol}', expected: ${BINARY_NAMES}`)
  const values = operator === 'in' || operator === 'notin' ? parseSet(tokens) : [parseValue(tokens)]
  checkValues(key, values)
  return { key, operator, values }
}

function parseValue(tokens: Tokens): string {
  if (tokens.peek() === '' || tokens.peek() === ',') return ''
  const value = tokens.next()
  if (SYMBOLS.has(value)) throw new SelectorSyntaxError(`found '${value}', expected: identifier`)
  return value
}

/** `(x,y)`; an empty place between commas or parentheses is the empty value. */
function parseSet(tokens: Tokens): string[] {
  const open = tokens.next()
  if (open !== '(') throw new SelectorSyntaxError(`found '${open}' expected: '('`)
  const first = tokens.peek()
  if (first !== ',' && first !== ')' && SYMBOLS.has(first)) {
    throw new SelectorSyntaxError(`found '${first}', expected: ',', ')' or identifier`)
  }
  const values: string[] = []
  for (;;) {
    const place = tokens.peek()
    if (place !== ',' && place !== ')' && SYMBOLS.has(place)) {
      throw new SelectorSyntaxError(`found '${place}', expected: ',', or identifier`)
    }
    values.push(SYMBOLS.has(place) ? '' : tokens.next())
    const end = tokens.next()
    if (end === ')') return sortedSet(values)
    if (end !== ',') throw new SelectorSyntaxError(`found '${end}', expected: ',' or ')'`)
  }
}

function checkValues(key: string, values: string[]): void {
  const problems = values.flatMap((value, i) => {
    const found = labelValueProblems(value)
    return found.length === 0 ? [] : [`values[${i}][${key}]: Invalid value: ${goQuote(value)}: ${found.join('; ')}`]
  })
  if (problems.length > 0)
    throw new SelectorSyntaxError(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`)
}

function prefixErrors<T>(prefix: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof SelectorSyntaxError ? new SelectorSyntaxError(prefix + error.message) : error
  }
}
