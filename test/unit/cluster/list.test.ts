import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareKeys, itemKey } from '../../../lib/cluster/item.ts'
import { ListError, type ListPosition, readList } from '../../../lib/cluster/list.ts'
import { nextLimit } from '../../../lib/cluster/pages.ts'
import { ApiError, ConnectionError, type Transport } from '../../../lib/cluster/types.ts'
import { type PagedList, pagedList, type Trouble } from './paged-list.ts'

const resource = {
  group: '',
  version: 'v1',
  name: 'pods',
  singularName: 'pod',
  kind: 'Pod',
  namespaced: true,
  verbs: ['list'],
  shortNames: [],
}

interface Read {
  keys: string[]
  notes: string[]
  /** Where each item stands, so that reading could go on behind it. */
  positions: ListPosition[]
  ended: boolean
}

async function read(transport: Transport, from?: ListPosition): Promise<Read> {
  const result: Read = { keys: [], notes: [], positions: [], ended: false }
  result.ended = await readList(
    transport,
    { resource, ...(from && { from }) },
    {
      items: (items, token) => {
        for (const item of items) {
          result.keys.push(itemKey(item))
          result.positions.push({ token, after: itemKey(item) })
        }
      },
      note: text => result.notes.push(text),
    },
  )
  return result
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `ns/p${String(i).padStart(4, '0')}`)

const key = fc
  .tuple(fc.constantFrom('a', 'a-b', 'b', 'b.c'), fc.stringMatching(/^[a-z:-]{1,4}$/))
  .map(parts => parts.join('/'))
const keyList = fc.uniqueArray(key, { maxLength: 25 }).map(keys => keys.sort(compareKeys))
const part = fc.double({ min: 0, max: 0.99, noNaN: true })
const trouble: fc.Arbitrary<Trouble | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.record({ breakAt: part }) },
  { weight: 1, arbitrary: fc.record({ shortAt: part }) },
  { weight: 1, arbitrary: fc.record({ expired: fc.constantFrom('fresh' as const, 'bare' as const) }) },
)

describe('reading a list', () => {
  it('hands over every item once and in order, whatever breaks on the way', async () => {
    const cases = fc.asyncProperty(
      keyList,
      fc.array(trouble, { maxLength: 12 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 90 }),
      async (keys, troubles, page, chunk) => {
        // Never so many in a row that giving up would be right.
        const list = pagedList(() => keys, { trouble: n => (n % 3 === 0 ? undefined : troubles[n]), page, chunk })
        const found = await read(list)
        expect(found.keys).toEqual(keys)
        expect(found.ended).toBe(true)
      },
    )
    await fc.assert(cases, { numRuns: 300 })
  })

  it('goes on behind any item, in another process too', async () => {
    const cases = fc.asyncProperty(keyList, part, fc.integer({ min: 1, max: 7 }), async (keys, at, page) => {
      const { positions } = await read(pagedList(() => keys, { page }))
      const taken = Math.floor(at * positions.length)
      const rest = await read(
        pagedList(() => keys, { page }),
        positions[taken - 1],
      )
      expect(rest.keys).toEqual(keys.slice(taken))
    })
    await fc.assert(cases, { numRuns: 100 })
  })

  it('goes on with a page of which nothing was taken, or begins anew where its token has expired', async () => {
    const position = { token: '3', after: 'ns/p0002', untouched: true } as const
    const rest = names(7).slice(3)
    expect(
      (
        await read(
          pagedList(() => names(7), { page: 3 }),
          position,
        )
      ).keys,
    ).toEqual(rest)
    for (const expired of ['fresh', 'bare'] as const) {
      const list = pagedList(() => names(7), { page: 3, trouble: n => (n === 1 ? { expired } : undefined) })
      expect((await read(list, position)).keys).toEqual(rest)
    }
  })

  it('asks for the next page with the token of the last', async () => {
    const list = pagedList(() => names(7), { page: 3 })
    await read(list)
    expect(list.tokens).toEqual(['', '3', '6'])
  })

  it('stops after a page when it is told to, and says so', async () => {
    const list = pagedList(() => names(7), { page: 3 })
    const next: string[] = []
    const ended = await readList(list, { resource }, { items: () => {}, page: token => next.push(token) > 5 })
    expect(ended).toBe(false)
    expect(next).toEqual(['3'])
  })

  it('goes on at a newer version where an expired token brings its successor', async () => {
    const list = pagedList(() => names(7), { page: 3, trouble: n => (n === 2 ? { expired: 'fresh' } : undefined) })
    const { keys, notes, positions } = await read(list)
    expect(keys).toEqual(names(7))
    expect(list.tokens).toEqual(['', '3', "3'", '6'])
    expect(positions[3]).toEqual({ token: "3'", after: 'ns/p0003' })
    expect(notes.join()).toContain('going on from the same place')
  })

  it('begins anew where an expired token brings none, and passes over what it has, also what has vanished since', async () => {
    let keys = names(7)
    const list = pagedList(() => keys, {
      page: 3,
      trouble: n => {
        if (n !== 2) return undefined
        keys = keys.filter(name => name !== 'ns/p0002').concat('ns/p9')
        return { expired: 'bare' }
      },
    })
    const found = await read(list)
    expect(found.keys).toEqual([...names(7), 'ns/p9'])
    expect(list.tokens.slice(0, 3)).toEqual(['', '3', ''])
    expect(found.notes.join()).toContain('from the start')
  })

  it('gives up where a page breaks five times without an item more, with the reason', async () => {
    const list = pagedList(() => names(3), { trouble: () => ({ breakAt: 0 }) })
    await expect(read(list)).rejects.toThrow(ConnectionError)
    expect(list.limits.length).toBe(5)
  })

  it('names the resource where an answer is no list', async () => {
    const list = pagedList(() => names(3), { trouble: () => ({ shortAt: 0.5 }), chunk: 10_000 })
    const failure = await read(list).catch(error => error)
    expect(failure).toBeInstanceOf(ListError)
    expect(failure.message).toBe("the list of pods can't be read")
  })

  it('passes on what the server refuses', async () => {
    const forbidden = new ApiError('pods is forbidden', { status: 403, reason: 'Forbidden' })
    const transport = { server: '', request: () => Promise.reject(forbidden), close: async () => {} }
    await expect(read(transport)).rejects.toBe(forbidden)
  })

  it('passes on the failure of whoever takes the items, without asking again', async () => {
    for (const failure of [new Error('disk full'), new ConnectionError('of the store'), new SyntaxError('labels')]) {
      const list = pagedList(() => names(3), { chunk: 10_000 })
      const reading = readList(list, { resource }, { items: () => Promise.reject(failure) })
      await expect(reading).rejects.toSatisfy((error: Error) => error === failure || error.cause === failure)
      expect(list.limits.length).toBe(1)
    }
  })
})

describe('a list without order', () => {
  const shuffled = ['ns/c', 'ns/a', 'ns/d', 'ns/b', 'ns/f', 'ns/e']

  it('is read whole', async () => {
    expect((await read(pagedList(() => shuffled, { page: 2 }))).keys).toEqual(shuffled)
  })

  it('is never taken for read when it broke off: its items come, or an error does', async () => {
    const cases = fc.asyncProperty(
      fc.shuffledSubarray(shuffled),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      part,
      async (keys, page, broken, breakAt) => {
        const list = pagedList(() => keys, { page, trouble: n => (n === broken ? { breakAt } : undefined), chunk: 7 })
        const found = await read(list).catch(error => error)
        if (found instanceof Error) expect(found).toBeInstanceOf(ListError)
        else expect(found.keys).toEqual(keys)
      },
    )
    await fc.assert(cases, { numRuns: 300 })
  })

  it('is never taken for read when it is gone on with from the middle of a page', async () => {
    const keys = ['ns/a', 'ns/c', 'ns/b', 'ns/d']
    const resumed = await read(
      pagedList(() => keys),
      { token: '', after: 'ns/c' },
    ).catch(error => error)
    expect(resumed).toBeInstanceOf(ListError)
  })

  it('loses nothing where another process goes on with the next page', async () => {
    const list = pagedList(() => ['ns/a', 'ns/c', 'ns/b', 'ns/d'], { page: 2 })
    expect((await read(list, { token: '2', after: 'ns/c', untouched: true })).keys).toEqual(['ns/b', 'ns/d'])
  })
})

describe('the next page', () => {
  /** How many pages had been asked for when each item of a list of two pages was handed over. */
  async function askedAt(ahead?: () => boolean): Promise<number[]> {
    const list = pagedList(() => names(1000))
    const asked: number[] = []
    await readList(
      list,
      { resource },
      {
        items: items => {
          for (const _ of items) asked.push(list.tokens.length)
        },
        ...(ahead && { ahead }),
      },
    )
    expect(asked).toHaveLength(1000)
    return asked
  }

  it('is asked for while the second half of one is read, and not before it is known what items weigh', async () => {
    const asked = await askedAt()
    expect([asked[200], asked[300], asked[499], asked[999]]).toEqual([1, 2, 2, 2])
  })

  it('is not asked for ahead where it may not be wanted', async () => {
    const asked = await askedAt(() => false)
    expect([asked[499], asked[500]]).toEqual([1, 2])
  })

  it('is let go of where the reading ends before it', async () => {
    const list = pagedList(() => names(1000))
    const destroyed: string[] = []
    const transport: Transport = {
      ...list,
      request: async request => {
        const response = await list.request(request)
        const destroy = () => destroyed.push(request.path)
        return { ...response, body: Object.assign(response.body, { destroy }) }
      },
    }
    expect(await readList(transport, { resource }, { items: () => {}, page: () => false })).toBe(false)
    await new Promise(setImmediate)
    expect(destroyed).toEqual([expect.stringContaining('continue=500')])
  })
})

describe('the limit of a page', () => {
  const afterPages = async (pad: (key: string) => number, count: number): Promise<PagedList> => {
    const list = pagedList(() => names(count), { pad, chunk: 1 << 20 })
    await read(list)
    return list
  }

  it('begins with 500 and stays there while objects are small', async () => {
    expect((await afterPages(() => 100, 1200)).limits).toEqual([500, 500, 500])
  })

  it('falls when objects are large, so that no page weighs much more than 8 MiB', async () => {
    const { limits } = await afterPages(() => 30_000, 900)
    expect(limits[0]).toBe(500)
    for (const limit of limits.slice(1)) expect(limit * 30_000).toBeLessThan(8.5 * 2 ** 20)
  })

  it('rises again when they are small again', async () => {
    const { limits } = await afterPages(name => (name < 'ns/p0500' ? 50_000 : 10), 3000)
    expect(limits[1]).toBeLessThan(200)
    expect(limits.at(-1)).toBe(500)
  })

  it('is one item at least, and the full one where a page was empty', () => {
    expect(nextLimit(3, 300 << 20)).toBe(1)
    expect(nextLimit(0, 100)).toBe(500)
  })
})

describe('the order of keys', () => {
  it("is that of the storage keys' UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })
})
