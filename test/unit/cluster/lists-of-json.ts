import fc from 'fast-check'

const SPACE = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ')

/** Names as any API server could hold them, and text that is easily mistaken for structure. */
const name = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter(text => text.isWellFormed()),
  fc.constantFrom('web', 'system:node', 'ein-schöner-name', '船', '{', '"items":[', '\\', ']}'),
)
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('}', '{"a":"}"}', '\\"', '"items": [{', '\u2028', '😀'),
)
const value = fc.letrec(tie => ({
  any: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.constantFrom(null, true, false, 1e21, -0.5),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(text, tie('any'), { maxKeys: 3 }),
  ),
})).any

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const labels = fc.dictionary(name, text, { maxKeys: 3 })

const metadata = fc.record({
  name,
  namespace: optional(name),
  labels: optional(labels),
  annotations: optional(fc.dictionary(text, text, { maxKeys: 2 })),
  deletionTimestamp: fc.constantFrom(undefined, undefined, null, '2026-11-22T08:00:00Z'),
  managedFields: optional(fc.array(value, { maxLength: 2 })),
})

/** An object of a list that tells apiVersion and kind with each item, or of one that does not. */
const item = (bare: boolean) =>
  fc.record({
    apiVersion: bare ? fc.constant(undefined) : fc.constantFrom('v1', 'lateen.io/v1'),
    kind: bare ? fc.constant(undefined) : fc.constantFrom('Sail', 'Pod'),
    metadata,
    spec: optional(value),
    items: optional(fc.array(value, { maxLength: 2 })),
    status: optional(value),
  })

export type Item = Record<string, unknown> & { metadata: Record<string, unknown> }

export interface ListText {
  text: string
  /** The text of each item, byte for byte. */
  items: string[]
}

/** JSON with the keys shuffled and white space anywhere. */
function print(given: unknown, shuffle: (keys: string[]) => string[], space: () => string): string {
  const between = (open: string, parts: string[], close: string) =>
    open + space() + parts.join(`${space()},${space()}`) + space() + close
  if (Array.isArray(given))
    return between(
      '[',
      given.map(element => print(element, shuffle, space)),
      ']',
    )
  if (typeof given !== 'object' || given === null) return JSON.stringify(given)
  const members = given as Record<string, unknown>
  const keys = shuffle(Object.keys(members).filter(key => members[key] !== undefined))
  const parts = keys.map(key => `${JSON.stringify(key)}${space()}:${space()}${print(members[key], shuffle, space)}`)
  return between('{', parts, '}')
}

/** Lists as JSON text: any order of keys outside the items, any white space, other arrays before and after. */
export const listText: fc.Arbitrary<ListText> = fc.boolean().chain(bare =>
  fc
    .record({
      items: fc.array(item(bare), { maxLength: 5 }),
      extra: fc.dictionary(fc.constantFrom('extra', 'Items', 'itemss', 'a'), value, { maxKeys: 2 }),
      token: optional(text),
      order: fc.shuffledSubarray(['apiVersion', 'kind', 'metadata', 'items', 'extra', 'Items', 'itemss', 'a'], {
        minLength: 8,
      }),
      reverse: fc.boolean(),
      spaces: fc.array(SPACE, { minLength: 1, maxLength: 20 }),
    })
    .map(({ items, extra, token, order, reverse, spaces }) => {
      let at = 0
      const space = () => spaces[at++ % spaces.length] as string
      // Lists of built-in kinds have the keys of their items in the order of Go's structs.
      const shuffle = (keys: string[]) => (reverse && !bare ? keys.toReversed() : keys)
      const texts = items.map(object => print(object, shuffle, space))
      const parts: Record<string, string> = {
        apiVersion: '"v1"',
        kind: '"SailList"',
        metadata: print({ continue: token, resourceVersion: '7', remainingItemCount: 3 }, shuffle, space),
        items: `[${space()}${texts.join(`${space()},${space()}`)}${space()}]`,
      }
      for (const [key, other] of Object.entries(extra)) parts[key] = print(other, shuffle, space)
      const members = order
        .filter(key => parts[key] !== undefined)
        .map(key => `${JSON.stringify(key)}${space()}:${space()}${parts[key]}`)
      return { text: `{${space()}${members.join(`,${space()}`)}${space()}}${space()}`, items: texts }
    }),
)
