import { byBytes } from '../../velero/byte-order.ts'

/** Lists by key, entries of one key one after the other: read while they are written. */
export type Lists = AsyncIterable<[key: string, item: string]>

/**
 * JSON as `velero backup describe -o json` has it: four spaces, keys sorted, no HTML escaped; without the line break at
 * the end. What is undefined is left out. Lists are written as they come, and never held.
 */
export async function* documentJson(value: unknown, line = '\n'): AsyncGenerator<string> {
  const inner = `${line}    `
  if (isLists(value)) yield* listsJson(value, line)
  else if (Array.isArray(value)) {
    let before = '['
    for (const item of value) {
      yield before + inner
      yield* documentJson(item, inner)
      before = ','
    }
    yield value.length === 0 ? '[]' : `${line}]`
  } else if (typeof value === 'object' && value !== null) {
    let before = '{'
    for (const [key, member] of membersOf(value)) {
      yield `${before}${inner}${JSON.stringify(key)}: `
      yield* documentJson(member, inner)
      before = ','
    }
    yield before === '{' ? '{}' : `${line}}`
  } else yield JSON.stringify(value ?? null)
}

function isLists(value: unknown): value is Lists {
  return typeof (value as Partial<Lists> | undefined)?.[Symbol.asyncIterator] === 'function'
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => byBytes(a, b))
}

/** Text is put together to about so many characters. */
const PIECE = 64 << 10

async function* listsJson(lists: Lists, line: string): AsyncGenerator<string> {
  let text = ''
  let last: string | undefined
  for await (const [key, item] of lists) {
    if (key === last) text += ','
    else text += `${last === undefined ? '{' : `${line}    ],`}${line}    ${JSON.stringify(key)}: [`
    last = key
    text += `${line}        ${JSON.stringify(item)}`
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  yield last === undefined ? '{}' : `${text}${line}    ]${line}}`
}

/** The same value with its lists in memory, for formats that are not written piece by piece. */
export async function whole(value: unknown): Promise<unknown> {
  if (isLists(value)) {
    const lists = new Map<string, string[]>()
    for await (const [key, item] of value) {
      const list = lists.get(key)
      if (list === undefined) lists.set(key, [item])
      else list.push(item)
    }
    return Object.fromEntries(lists)
  }
  if (Array.isArray(value)) return Promise.all(value.map(whole))
  if (typeof value !== 'object' || value === null) return value
  const members = await Promise.all(membersOf(value).map(async ([key, member]) => [key, await whole(member)]))
  return Object.fromEntries(members)
}
