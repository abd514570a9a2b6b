import { either, type Fragment, finder, oneCharacter, type PlaceTest, place, repeat, sequence } from './automaton.ts'
import {
  literal,
  type Re2Cursor,
  re2Error,
  take,
  takeCharacter,
  takeClass,
  takeEscapedClass,
} from './re2-characters.ts'

const MOST_REPEATS = 1000
/** Go takes 1000; nobody needs either, and ours go on the stack. */
const DEEPEST = 100
const LARGEST = 100_000

const GROUP = /\((?:\?P?<\w+>|\?([imsU]*)(?:-([imsU]+))?([:)]))?(?!\?)/y
const REPEAT = /(?:([*+?])|\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\})\??/y

/**
 * A test whether an expression in Go's regexp syntax fits a text somewhere. Its time grows with the text's length, never
 * worse. Throws InvalidInputError, with Go's message in most cases.
 */
export function compileRe2(pattern: string): (text: string) => boolean {
  const cursor: Re2Cursor = { pattern, at: 0, flags: { i: false, m: false, s: false }, depth: 0 }
  const whole = parseChoices(cursor)
  if (cursor.at < pattern.length) throw re2Error('unexpected )', pattern)
  if (whole.size > LARGEST) throw re2Error('expression too large', pattern)
  return finder(whole)
}

function parseChoices(cursor: Re2Cursor): Fragment {
  const choices = [parseSequence(cursor)]
  while (take(cursor, /\|/y) !== undefined) choices.push(parseSequence(cursor))
  return either(choices)
}

function parseSequence(cursor: Re2Cursor): Fragment {
  const pieces: Fragment[] = []
  while (cursor.at < cursor.pattern.length && !'|)'.includes(cursor.pattern.charAt(cursor.at))) {
    const atoms = parseAtoms(cursor)
    const last = atoms.pop()
    pieces.push(...atoms)
    if (last !== undefined) pieces.push(parseRepeat(cursor, last))
  }
  return sequence(pieces)
}

/** One atom; several for a quotation, none for flags. */
function parseAtoms(cursor: Re2Cursor): Fragment[] {
  const repeated = take(cursor, REPEAT)
  if (repeated !== undefined) throw re2Error('missing argument to repetition operator', repeated[0])
  const quoted = take(cursor, /\\Q([\s\S]*?)(?:\\E|$)/y)
  if (quoted !== undefined) return [...(quoted[1] ?? '')].map(character => oneCharacter(literal(cursor, character)))
  const character = cursor.pattern.charAt(cursor.at)
  if (character === '(') return parseGroup(cursor)
  if (character === '[') return [oneCharacter(takeClass(cursor))]
  if (take(cursor, /\./y) !== undefined) return [oneCharacter(cursor.flags.s ? () => true : c => c !== '\n')]
  const where = takePlace(cursor)
  if (where !== undefined) return [place(where)]
  return [oneCharacter(takeEscapedClass(cursor) ?? literal(cursor, takeCharacter(cursor)))]
}

function parseGroup(cursor: Re2Cursor): Fragment[] {
  const { flags, at } = cursor
  const opened = take(cursor, GROUP)
  if (opened === undefined) throw re2Error('invalid or unsupported Perl syntax', cursor.pattern.slice(at, at + 3))
  const [, on = '', off = '', end] = opened
  const given = { i: on.includes('i'), m: on.includes('m'), s: on.includes('s') }
  cursor.flags = {
    i: (flags.i || given.i) && !off.includes('i'),
    m: (flags.m || given.m) && !off.includes('m'),
    s: (flags.s || given.s) && !off.includes('s'),
  }
  if (end === ')') return []
  if (++cursor.depth > DEEPEST) throw re2Error('expression nests too deeply', cursor.pattern)
  const inner = parseChoices(cursor)
  if (take(cursor, /\)/y) === undefined) throw re2Error('missing closing )', cursor.pattern)
  cursor.depth--
  cursor.flags = flags
  return [inner]
}

function takePlace(cursor: Re2Cursor): PlaceTest | undefined {
  const found = take(cursor, /\^|\$|\\[AzbB]/y)?.[0]
  return found === undefined ? undefined : (PLACES[cursor.flags.m ? `(?m)${found}` : found] ?? PLACES[found])
}

const isWord = (character: string | undefined) => character !== undefined && /\w/.test(character)
const PLACES: Record<string, PlaceTest> = {
  '^': before => before === undefined,
  $: (_, after) => after === undefined,
  '\\A': before => before === undefined,
  '\\z': (_, after) => after === undefined,
  '\\b': (before, after) => isWord(before) !== isWord(after),
  '\\B': (before, after) => isWord(before) === isWord(after),
  '(?m)^': before => before === undefined || before === '\n',
  '(?m)$': (_, after) => after === undefined || after === '\n',
}

function parseRepeat(cursor: Re2Cursor, atom: Fragment): Fragment {
  const found = take(cursor, REPEAT)
  if (found === undefined) return atom
  const again = take(cursor, REPEAT)
  if (again !== undefined) throw re2Error('invalid nested repetition operator', found[0] + again[0])
  const [text, sign, low = '', comma, high] = found
  if (sign !== undefined) return repeat(atom, sign === '+' ? 1 : 0, sign === '?' ? 1 : Infinity)
  const least = Number(low)
  const most = comma === undefined ? least : Number(high ?? Infinity)
  const longest = high === undefined ? least : most
  if (least > MOST_REPEATS || longest > MOST_REPEATS || most < least) throw re2Error('invalid repeat count', text)
  const repeated = repeat(atom, least, most)
  if (repeated.size > LARGEST) throw re2Error('expression too large', cursor.pattern)
  return repeated
}
