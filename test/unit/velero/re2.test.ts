import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { compileRe2 } from '../../../lib/velero/re2.ts'

const fits = (pattern: string, text: string) => compileRe2(pattern)(text)

function refusal(pattern: string): string {
  try {
    compileRe2(pattern)
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message
    throw error
  }
  throw new Error(`${pattern} was not refused`)
}

describe('compileRe2', () => {
  it.each([
    ['eb', 'web-1', true],
    ['^eb', 'web-1', false],
    ['^web-.*', 'web-', true],
    ['(web|api)-[0-9]+$', 'my-api-12', true],
    ['^(?:a|b)?c{2,3}$', 'accc', true],
    ['^a{2}$', 'aaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['^(ab)*?$', 'ababab', true],
    ['a{,2}', 'aa', false],
    ['a{,2}', 'a{,2}', true],
    ['^(?i)WEB-[A-C]$', 'web-b', true],
    ['^(?i:w)EB$', 'weB', false],
    ['^(?P<kind>web)-(?<index>1)$', 'web-1', true],
    ['\\bapi\\b', 'web-api-1', true],
    ['\\Bpi', 'api', true],
    ['\\Aweb\\z', 'web', true],
    ['^\\Qa.b\\E$', 'axb', false],
    ['^\\Qa+\\E+$', 'a++', true],
    ['^[[:alpha:]]+\\d\\.\\x41\\x{42}\\103$', 'web1.ABC', true],
    ['^[^[:^digit:]]$', '7', true],
    ['^[]a-]+$', 'a-]', true],
    ['^\\p{Greek}\\pL\\P{Lu}$', 'αax', true],
    ['.', '\n', false],
    ['(?s).', '\n', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['^b$', 'a\nb\nc', false],
    ['^.$', '\u{1f600}', true],
    ['', '', true],
  ])('%j on %j: %s', (pattern, text, found) => {
    expect(fits(pattern, text)).toBe(found)
  })

  it.each([
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)', 'invalid or unsupported Perl syntax: `(?<`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a\\Z', 'invalid escape sequence: `\\Z`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
    ['*.apps', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['a{3,2}', 'invalid repeat count: `{3,2}`'],
    ['(a', 'missing closing ): `(a`'],
    ['a)', 'unexpected ): `a)`'],
    ['x[a', 'missing closing ]: `[a`'],
    ['[b-a]', 'invalid character class range: `b-a`'],
    ['[[:word-ish:]][[:letters:]]', 'invalid character class range: `[:letters:]`'],
    ['\\p{Klingon}', 'invalid character class range: `\\p{Klingon}`'],
    ['((a{1000}){1000}){1000}', 'expression too large: `((a{1000}){1000}){1000}`'],
  ])('refuses %s as Go does', (pattern, problem) => {
    expect(refusal(pattern)).toBe(`error parsing regexp: ${problem}`)
  })

  it('refuses an expression that nests without end, and takes any other', () => {
    expect(refusal('('.repeat(100_000))).toMatch(/nests too deeply/)
    expect(fits(`^${'('.repeat(100)}a${')*'.repeat(100)}$`, 'aaa')).toBe(true)
  })

  it('takes no longer for expressions that make others backtrack for ever', () => {
    const name = `${'a'.repeat(253)}!`
    for (const pattern of ['^(a+)+$', '^(a|a)*$', '((a*)*)*b', '(.*)(.*)(.*)(.*)(.*)x', 'a{0,1000}a{1000}']) {
      expect(fits(pattern, name)).toBe(false)
    }
  })

  it('finds what JavaScript finds, wherever both mean the same', () => {
    const atom = fc.constantFrom('a', 'b', '-', '.', '[ab]', '[^a-]', '\\d', '\\W', '\\b', '^', '$', '(?:a|b-)', '(b?)')
    const piece = fc.tuple(atom, fc.constantFrom('', '', '*', '+?', '?', '{2}', '{1,2}', '{2,}'))
    const quantified = piece.map(([one, count]) => (/^(\^|\$|\\b)$/.test(one) ? one : one + count))
    const pattern = fc.array(quantified, { maxLength: 6 }).map(pieces => pieces.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, pattern, text, (left, right, name) => {
        const either = `${left}|${right}`
        expect(fits(either, name)).toBe(new RegExp(either, 'su').test(name))
      }),
      { numRuns: 1000 },
    )
  })
})
