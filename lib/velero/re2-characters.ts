import type { CharacterTest } from './automaton.ts'
import { InvalidInputError } from './errors.ts'

/** Where the reader of an expression is, and the flags that hold there. */
export interface Re2Cursor {
  readonly pattern: string
  at: number
  flags: { readonly i: boolean; readonly m: boolean; readonly s: boolean }
  depth: number
}

export function re2Error(problem: string, part: string): InvalidInputError {
  return new InvalidInputError(`error parsing regexp: ${problem}: \`${part}\``, {
    next: 'Write it in the syntax of RE2: https://github.com/google/re2/wiki/Syntax.',
  })
}

/** Moves past a sticky expression if it fits here. */
export function take(cursor: Re2Cursor, syntax: RegExp): RegExpExecArray | undefined {
  syntax.lastIndex = cursor.at
  const found = syntax.exec(cursor.pattern) ?? undefined
  if (found !== undefined) cursor.at += found[0].length
  return found
}

/** Pairs of characters, each the ends of a range. */
const PERL: Record<string, string> = { d: '09', s: '\t\n\f\r  ', w: '09AZaz__' }
const POSIX: Record<string, string> = {
  alnum: '09AZaz',
  alpha: 'AZaz',
  ascii: '\0\x7f',
  blank: '\t\t  ',
  cntrl: '\0\x1f\x7f\x7f',
  digit: '09',
  graph: '!~',
  lower: 'az',
  print: ' ~',
  punct: '!/:@[`{~',
  space: '\t\r  ',
  upper: 'AZ',
  word: '09AZaz__',
  xdigit: '09AFaf',
}

function within(pairs: string): CharacterTest {
  const ends = [...pairs].map(end => end.codePointAt(0) ?? 0)
  return character => {
    const code = character.codePointAt(0) ?? 0
    return ends.some((low, i) => i % 2 === 0 && code >= low && code <= (ends[i + 1] ?? 0))
  }
}

function ofCase({ flags }: Re2Cursor, fits: CharacterTest): CharacterTest {
  return flags.i ? c => fits(c) || fits(c.toLowerCase()) || fits(c.toUpperCase()) : fits
}

function unless(negated: boolean, fits: CharacterTest): CharacterTest {
  return negated ? character => !fits(character) : fits
}

export function literal(cursor: Re2Cursor, character: string): CharacterTest {
  return ofCase(cursor, c => c === character)
}

/** `\d \D \s \S \w \W`, `\pN`, `\p{Greek}`, `\p{^Greek}` and `\P` likewise. */
export function takeEscapedClass(cursor: Re2Cursor): CharacterTest | undefined {
  const perl = take(cursor, /\\([dswDSW])/y)?.[1]
  if (perl !== undefined) {
    const name = perl.toLowerCase()
    return unless(perl !== name, ofCase(cursor, within(PERL[name] ?? '')))
  }
  const unicode = take(cursor, /\\([pP])(?:\{(\^?)(\w+)\}|(\w))/y)
  if (unicode === undefined) return undefined
  const [text, letter, caret, name = '', short] = unicode
  return unless((letter === 'P') !== (caret === '^'), ofCase(cursor, unicodeClass(short ?? name, text)))
}

function unicodeClass(name: string, text: string): CharacterTest {
  if (name === 'Any') return () => true
  for (const property of ['gc', 'sc']) {
    try {
      const syntax = new RegExp(`^\\p{${property}=${name}}$`, 'u')
      return character => syntax.test(character)
    } catch {
      // Not one of this property.
    }
  }
  throw re2Error('invalid character class range', text)
}

const ESCAPED =
  /\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([afnrtv])|([^0-9A-Za-z\u0080-\u{10ffff}]))/uy
const LETTERS: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A character, as it is or escaped; there is one. */
export function takeCharacter(cursor: Re2Cursor): string {
  const plain = take(cursor, /[^\\]/uy)?.[0]
  if (plain !== undefined) return plain
  const escaped = take(cursor, ESCAPED)
  const [, long, short, octal, letter, itself] = escaped ?? []
  if (letter !== undefined) return LETTERS[letter] ?? ''
  if (itself !== undefined) return itself
  const code = Number.parseInt(long ?? short ?? octal ?? '', octal === undefined ? 16 : 8)
  if (code <= 0x10ffff) return String.fromCodePoint(code)
  const rest = escaped?.[0] ?? take(cursor, /\\[\s\S]?/uy)?.[0] ?? ''
  throw rest === '\\'
    ? re2Error('trailing backslash at end of expression', '')
    : re2Error('invalid escape sequence', rest)
}

/** `[...]`, from its `[` on. */
export function takeClass(cursor: Re2Cursor): CharacterTest {
  const start = cursor.at
  const negated = take(cursor, /\[(\^?)/y)?.[1] === '^'
  const items: CharacterTest[] = []
  // A `]` that comes first is a member.
  while (items.length === 0 || take(cursor, /\]/y) === undefined) {
    if (cursor.at >= cursor.pattern.length) throw re2Error('missing closing ]', cursor.pattern.slice(start))
    items.push(takeNamedClass(cursor) ?? takeEscapedClass(cursor) ?? takeRange(cursor))
  }
  return unless(negated, character => items.some(fits => fits(character)))
}

function takeNamedClass(cursor: Re2Cursor): CharacterTest | undefined {
  const named = take(cursor, /\[:(\^?)(\w+):\]/y)
  if (named === undefined) return undefined
  const [text, caret, name = ''] = named
  const pairs = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined
  if (pairs === undefined) throw re2Error('invalid character class range', text)
  return unless(caret === '^', ofCase(cursor, within(pairs)))
}

function takeRange(cursor: Re2Cursor): CharacterTest {
  const start = cursor.at
  const low = takeCharacter(cursor)
  if (take(cursor, /-(?=[^\]])/y) === undefined) return literal(cursor, low)
  const high = takeCharacter(cursor)
  if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0)) {
    throw re2Error('invalid character class range', cursor.pattern.slice(start, cursor.at))
  }
  return ofCase(cursor, within(low + high))
}
