import { describe, expect, it } from 'vitest'
import { Postponed } from '../../../lib/restore/control.ts'
import { type NamespaceParts, Namespaces } from '../../../lib/restore/namespaces.ts'
import type { KubeObject } from '../../../lib/restore/types.ts'
import { Deferred } from '../../../lib/restore/writer.ts'
import { TestClock } from '../../helpers/clock.ts'
import { namespace } from '../../helpers/world.ts'
import { type Answer, controlOf, fakeTransport } from './fake-transport.ts'

const clock = new TestClock()
const STARTED = clock.now().getTime()

function open(answer: (call: string) => Answer | Promise<Answer>, more: Partial<NamespaceParts> = {}) {
  const bodies: unknown[] = []
  const created: string[] = []
  const { transport, calls } = fakeTransport((call, { body }) => {
    if (body !== undefined) bodies.push(JSON.parse(String(body)))
    return answer(call)
  })
  const namespaces = new Namespaces({
    transport,
    control: controlOf(),
    startedMs: STARTED,
    takenUp: false,
    stored: async () => undefined,
    onCreated: target => created.push(target),
    created: new Set(),
    ...more,
  })
  return { namespaces, calls, bodies, created }
}

const GET = 'GET /api/v1/namespaces/shop'
const absent = (call: string) => (call === GET ? 404 : {})
const ending = { metadata: { deletionTimestamp: 'x' } }

describe('a namespace that is not there', () => {
  it('is made from the backup’s, with nothing but its labels, annotations and spec', async () => {
    const stored = {
      ...namespace('source', { team: 'red' }),
      spec: { finalizers: ['kubernetes'] },
    } as unknown as KubeObject
    stored.metadata.annotations = { a: '1' }
    stored.metadata.uid = 'old'
    const { namespaces, bodies, created } = open(absent, { stored: async () => stored })
    expect(await namespaces.ensure('source', 'shop')).toBeUndefined()
    expect(bodies).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'shop', labels: stored.metadata.labels, annotations: { a: '1' } },
        spec: { finalizers: ['kubernetes'] },
      },
    ])
    expect(created).toEqual(['shop'])
  })

  it('is made by its name alone where the backup has none', async () => {
    const { namespaces, bodies } = open(absent)
    await namespaces.ensure('shop', 'shop')
    expect(bodies).toEqual([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }])
  })

  it('is made once, however many ask', async () => {
    const { namespaces, calls } = open(absent)
    await Promise.all(Array.from({ length: 20 }, () => namespaces.ensure('shop', 'shop')))
    expect(calls).toEqual([GET, 'POST /api/v1/namespaces'])
  })

  it('that another makes in the same moment is there, and not ours', async () => {
    let made = false
    const { namespaces, created } = open(call => {
      if (call === GET) return made ? namespace('shop') : 404
      made = true
      return 409
    })
    expect(await namespaces.ensure('shop', 'shop')).toBeUndefined()
    expect(created).toEqual([])
  })
})

describe('a namespace on its way out', () => {
  it.each([[ending], [{ status: { phase: 'Terminating' } }]])('%j is waited for', async live => {
    let looks = 0
    const { namespaces, created } = open(call => (call !== GET ? {} : ++looks < 5 ? live : 404))
    expect(await namespaces.ensure('shop', 'shop')).toBeUndefined()
    expect(created).toEqual(['shop'])
  })

  it('for ten minutes and no longer, once for all', async () => {
    const clock = new TestClock()
    const { namespaces, calls } = open(() => ending, { control: controlOf(clock) })
    const begun = clock.now().getTime()
    const problem = await namespaces.ensure('shop', 'shop')
    expect(problem).toContain('timed out waiting for terminating namespace shop')
    expect(clock.now().getTime() - begun).toBeLessThan(610_000)
    const asked = calls.length
    expect(await namespaces.ensure('shop', 'shop')).toBe(problem)
    expect(calls.length).toBe(asked)
  })

  it('is left to the next invocation where the run is stopping, and asked for again', async () => {
    let stopping = true
    let gone = false
    const { namespaces } = open(call => (call !== GET ? {} : gone ? 404 : ending), {
      control: controlOf(clock, () => stopping),
    })
    await expect(namespaces.ensure('shop', 'shop')).rejects.toThrow(Postponed)
    stopping = false
    gone = true
    expect(await namespaces.ensure('shop', 'shop')).toBeUndefined()
  })
})

describe('a namespace that is there', () => {
  const own = (created: number, manager = 'lateen') => ({
    metadata: { creationTimestamp: new Date(created).toISOString(), managedFields: [{ manager }] },
  })

  it.each([
    ['an earlier try of this restore made', own(STARTED + 5000), true, ['shop']],
    ['this very invocation can’t have made', own(STARTED + 5000), false, []],
    ['was there before', own(STARTED - 5000), true, []],
    ['somebody else made', own(STARTED + 5000, 'kubectl'), true, []],
  ])('that %s counts as it should', async (_, live, takenUp, expected) => {
    const { namespaces, created, calls } = open(() => live, { takenUp })
    expect(await namespaces.ensure('shop', 'shop')).toBeUndefined()
    expect(created).toEqual(expected)
    expect(calls).toEqual([GET])
  })

  it('need not be one that the user may see', async () => {
    expect(await open(() => 403).namespaces.ensure('shop', 'shop')).toBeUndefined()
  })
})

describe('a namespace that can’t be had', () => {
  it('is told why', async () => {
    expect(await open(call => (call === GET ? 404 : 403)).namespaces.ensure('shop', 'shop')).toMatch(
      /^error creating namespace shop: /,
    )
    expect(await open(() => 400).namespaces.ensure('shop', 'shop')).toMatch(/^error getting namespace shop: /)
  })

  it.each([[GET], ['POST /api/v1/namespaces']])('for a reason that passes (%s) may be had later', async refused => {
    let left = 1
    const { namespaces, created } = open(call => (call === refused && left-- > 0 ? 500 : absent(call)))
    await expect(namespaces.ensure('shop', 'shop')).rejects.toThrow(Deferred)
    expect(await namespaces.ensure('shop', 'shop')).toBeUndefined()
    expect(created).toEqual(['shop'])
  })
})
