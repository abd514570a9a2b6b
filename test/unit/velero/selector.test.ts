import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatSelector,
  matchesSelector,
  parseOrSelectors,
  parseSelector,
  selectorQuery,
  validateSelector,
} from '../../../lib/velero/selector.ts'
import type { LabelSelector, LabelSelectorRequirement } from '../../../lib/velero/types.ts'

const key = fc.constantFrom('app', 'tier', 'velero.io/backup-name', 'in', 'notin')
const value = fc.constantFrom('', 'a', 'b', 'in', 'x.y_z-1')
const labels = fc.dictionary(key, value)
const expression: fc.Arbitrary<LabelSelectorRequirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(value, { minLength: 1 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
)
const selector: fc.Arbitrary<LabelSelector> = fc.record(
  { matchLabels: fc.dictionary(key, value), matchExpressions: fc.array(expression) },
  { requiredKeys: [] },
)

describe('parseSelector', () => {
  it("reads kubectl's grammar into Velero's fields", () => {
    expect(parseSelector('tier in (web, db),app=shop,!legacy,owner,zone notin (a)')).toEqual({
      matchLabels: { app: 'shop' },
      matchExpressions: [
        { key: 'legacy', operator: 'DoesNotExist' },
        { key: 'owner', operator: 'Exists' },
        { key: 'tier', operator: 'In', values: ['db', 'web'] },
        { key: 'zone', operator: 'NotIn', values: ['a'] },
      ],
    })
  })

  it('reads a!=b, which kubectl takes and Velero fails on', () => {
    expect(parseSelector('a!=b')).toEqual({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] })
  })

  it('keeps both of two terms for one key, where Velero keeps the last', () => {
    const both = parseSelector('a=b,a=c')
    expect(matchesSelector(both, { a: 'b' })).toBe(false)
    expect(matchesSelector(both, { a: 'c' })).toBe(false)
  })

  it.each([
    [
      'a b',
      `couldn't parse the selector string "a b": unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt`,
    ],
    ['a=b,', `couldn't parse the selector string "a=b,": found '', expected: identifier after ','`],
    [',a', `couldn't parse the selector string ",a": found ',', expected: !, identifier, or 'end of string'`],
    ['a in x', `couldn't parse the selector string "a in x": unable to parse requirement: found 'x' expected: '('`],
    [
      'a in (b',
      `couldn't parse the selector string "a in (b": unable to parse requirement: found '', expected: ',' or ')'`,
    ],
    ['!a=b', `couldn't parse the selector string "!a=b": found '=', expected: ',' or 'end of string'`],
    ['a=b=c', `couldn't parse the selector string "a=b=c": found '=', expected: ',' or 'end of string'`],
    ['a>1', `"gt" isn't supported in label selectors`],
  ])('refuses %s as Velero does', (text, message) => {
    expect(() => parseSelector(text)).toThrow(message)
  })

  it('refuses keys and values that no label can have', () => {
    expect(() => parseSelector('a/b/c=d')).toThrow('Invalid value: "a/b/c": a qualified name must consist of')
    expect(() => parseSelector('a=-')).toThrow('values[0][a]: Invalid value: "-": a valid label must be')
  })

  it('reads what formatSelector wrote as a selector of the same objects', () => {
    fc.assert(
      fc.property(selector, fc.array(labels), (original, objects) => {
        const formatted = formatSelector(original)
        const again = parseSelector(formatted === '<none>' ? '' : formatted)
        for (const object of objects) {
          expect(matchesSelector(again, object)).toBe(matchesSelector(original, object))
        }
      }),
    )
  })
})

describe('parseOrSelectors', () => {
  it('splits at " or " only', () => {
    expect(parseOrSelectors('for=a or app=nginx')).toEqual([
      { matchLabels: { for: 'a' } },
      { matchLabels: { app: 'nginx' } },
    ])
  })
})

describe('formatSelector and selectorQuery', () => {
  it('print terms by key, values sorted', () => {
    const text = 'app=shop,!legacy,tier in (db,web)'
    expect(formatSelector(parseSelector('tier in (web,db),!legacy,app = shop'))).toBe(text)
    expect(selectorQuery(parseSelector(text))).toBe(text)
  })

  it('an empty selector prints as <none> and selects everything', () => {
    expect(formatSelector({})).toBe('<none>')
    expect(formatSelector(undefined)).toBe('<none>')
    expect(selectorQuery({})).toBe('')
    expect(matchesSelector({}, {})).toBe(true)
  })

  it('an invalid selector prints as <error> and is never sent', () => {
    const invalid: LabelSelector = { matchExpressions: [{ key: 'a', operator: 'In' }] }
    expect(formatSelector(invalid)).toBe('<error>')
    expect(() => selectorQuery(invalid)).toThrow('labelSelector.matchExpressions[0].values: Required value')
  })
})

describe('matchesSelector', () => {
  it('NotIn selects objects without the label, In does not', () => {
    expect(matchesSelector(parseSelector('a notin (b)'), {})).toBe(true)
    expect(matchesSelector(parseSelector('a in (b)'), {})).toBe(false)
    expect(matchesSelector(parseSelector('toString'), {})).toBe(false)
  })
})

describe('validateSelector', () => {
  it('names the path of each problem', () => {
    const problems = validateSelector({
      matchLabels: { 'a b': 'ok', ok: 'a b' },
      matchExpressions: [
        { key: 'a', operator: 'Exists', values: ['x'] },
        { key: 'a', operator: 'Is' as 'In', values: ['x'] },
      ],
    })
    expect(problems.map(problem => problem.split(':')[0])).toEqual([
      'matchLabels',
      'matchLabels',
      'matchExpressions[0].values',
      'matchExpressions[1].operator',
    ])
  })
})
