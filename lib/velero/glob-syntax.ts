// The pattern language of github.com/gobwas/glob, which Velero uses for resources and namespaces: `*` any text, `?` one
// character, `[abc]` `[!abc]` one of a list, `[a-z]` `[!a-z]` one of a range, `{a,b}` either pattern, `\` takes the next
// character as it is. With a separator `*` and `?` stop at it, and `**` is any text.

/** More braces in braces are no valid pattern: they go on the stack. */
const DEEPEST = 100

/** From the places in a text where the pattern before may end to those where this piece may end. Never backtracks. */
type Piece = (text: readonly string[], places: ReadonlySet<number>) => Set<number>

interface Cursor {
  readonly pattern: readonly string[]
  readonly separator: string | undefined
  at: number
  depth: number
}

type GlobTest = (text: string) => boolean

/** Answers a test for whole texts, or undefined where the pattern is no valid glob. */
export function compileGlob(pattern: string): GlobTest | undefined {
  return compile({ pattern: [...pattern], separator: undefined, at: 0, depth: 0 })
}

/** The same with a separator. */
export function compileSeparatedGlob(pattern: string, separator: string): GlobTest | undefined {
  return compile({ pattern: [...pattern], separator, at: 0, depth: 0 })
}

function compile(cursor: Cursor): GlobTest | undefined {
  const piece = parseSequence(cursor, false)
  if (piece === undefined) return undefined
  return text => {
    const characters = [...text]
    return piece(characters, new Set([0])).has(characters.length)
  }
}

/** Reads up to the end, or inside braces up to the next `,` or `}`. */
function parseSequence(cursor: Cursor, inBraces: boolean): Piece | undefined {
  const pieces: Piece[] = []
  for (;;) {
    const character = cursor.pattern[cursor.at]
    if (character === undefined || (inBraces && (character === ',' || character === '}'))) return sequence(pieces)
    cursor.at++
    const piece = parsePiece(cursor, character)
    if (piece === undefined) return undefined
    pieces.push(piece)
  }
}

function parsePiece(cursor: Cursor, character: string): Piece | undefined {
  if (character === '*') return parseStar(cursor)
  if (character === '?') return oneCharacter(c => c !== cursor.separator)
  if (character === '[') return parseClass(cursor)
  if (character === '{') return parseBraces(cursor)
  if (character !== '\\') return oneCharacter(c => c === character)
  const escaped = cursor.pattern[cursor.at++]
  return escaped === undefined ? sequence([]) : oneCharacter(c => c === escaped)
}

/** After `*`. */
function parseStar(cursor: Cursor): Piece {
  const { pattern, separator } = cursor
  if (separator === undefined) return anyText
  if (pattern[cursor.at] !== '*') return anyTextWithout(separator)
  cursor.at++
  return anyText
}

/** After `{`. A missing `}` is no error: the end of the pattern closes it. */
function parseBraces(cursor: Cursor): Piece | undefined {
  if (++cursor.depth > DEEPEST) return undefined
  const choices: Piece[] = []
  do {
    const choice = parseSequence(cursor, true)
    if (choice === undefined) return undefined
    choices.push(choice)
  } while (cursor.pattern[cursor.at++] === ',')
  cursor.depth--
  return anyOf(choices)
}

/** After `[`. Either one range or one list, never both; a `]` in a list is written `\]`. */
function parseClass(cursor: Cursor): Piece | undefined {
  const negated = cursor.pattern[cursor.at] === '!'
  if (negated) cursor.at++
  const [low, dash, high, close] = cursor.pattern.slice(cursor.at, cursor.at + 4)
  if (dash === '-') {
    if (low === undefined || high === undefined || close !== ']' || high < low) return undefined
    cursor.at += 4
    return oneCharacter(c => (c >= low && c <= high) !== negated)
  }
  const list = new Set<string>()
  for (;;) {
    let character = cursor.pattern[cursor.at++]
    if (character === ']') return list.size === 0 ? undefined : oneCharacter(c => list.has(c) !== negated)
    if (character === '\\') character = cursor.pattern[cursor.at++]
    if (character === undefined) return undefined
    list.add(character)
  }
}

const anyText: Piece = (text, places) => {
  const first = Math.min(...places)
  return new Set(Array.from({ length: Math.max(0, text.length + 1 - first) }, (_, i) => first + i))
}

function anyTextWithout(separator: string): Piece {
  return (text, places) => {
    const reached = new Set<number>()
    for (const place of places) {
      for (let end = place; !reached.has(end); end++) {
        reached.add(end)
        if (end === text.length || text[end] === separator) break
      }
    }
    return reached
  }
}

function oneCharacter(fits: (character: string) => boolean): Piece {
  return (text, places) => {
    const next = new Set<number>()
    for (const place of places) {
      const character = text[place]
      if (character !== undefined && fits(character)) next.add(place + 1)
    }
    return next
  }
}

function sequence(pieces: readonly Piece[]): Piece {
  return (text, places) => {
    let reached = new Set(places)
    for (const piece of pieces) {
      if (reached.size === 0) return reached
      reached = piece(text, reached)
    }
    return reached
  }
}

function anyOf(choices: readonly Piece[]): Piece {
  return (text, places) => new Set(choices.flatMap(choice => [...choice(text, places)]))
}
