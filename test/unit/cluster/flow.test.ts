import { expect, test } from 'vitest'
import { FlowControl, type Permit } from '../../../lib/cluster/flow.ts'
import { fakeClock, settled } from './fake-clock.ts'

/** Asks for places and notes the order in which they were given. */
async function ask(flow: FlowControl, count: number, given: number[], permits: Permit[]): Promise<void> {
  for (let i = 0; i < count; i++) {
    void flow.acquire('GET').then(permit => {
      given.push(i)
      permits.push(permit)
    })
  }
  await settled()
}

test('admits as many as the limit says, and the others in the order in which they came', async () => {
  const flow = new FlowControl(2, fakeClock())
  const given: number[] = []
  const permits: Permit[] = []
  await ask(flow, 5, given, permits)
  expect(given).toEqual([0, 1])
  expect([flow.inFlight, flow.waiting]).toEqual([2, 3])
  permits[1]?.release()
  await settled()
  permits[0]?.release()
  await settled()
  expect(given).toEqual([0, 1, 2, 3])
})

test('a place is given back once, however often that is said', async () => {
  const flow = new FlowControl(4, fakeClock())
  const permit = await flow.acquire('GET')
  await flow.acquire('GET')
  permit.release()
  permit.release()
  expect(flow.inFlight).toBe(1)
})

test('after Retry-After nothing is sent until it has passed, and then half as many', async () => {
  const clock = fakeClock()
  const flow = new FlowControl(4, clock)
  const given: number[] = []
  const permits: Permit[] = []
  await ask(flow, 8, given, permits)
  permits[0]?.throttled(5000)
  for (const permit of permits.splice(0)) permit.release()
  await settled()
  expect(flow.limit).toBe(2)
  await clock.advance(4999)
  expect(given).toHaveLength(4)
  await clock.advance(1)
  expect(given).toEqual([0, 1, 2, 3, 4, 5])
})

test('a longer Retry-After that comes during a pause prolongs it', async () => {
  const clock = fakeClock()
  const flow = new FlowControl(4, clock)
  const [first, second] = [await flow.acquire('GET'), await flow.acquire('GET')]
  first.throttled(1000)
  const given: number[] = []
  await ask(flow, 1, given, [])
  await clock.advance(500)
  second.throttled(2000)
  first.release()
  second.release()
  await clock.advance(1999)
  expect(given).toEqual([])
  await clock.advance(1)
  expect(given).toEqual([0])
})

test('before Retry-After has passed, a request is sent only in the place of one that was answered well', async () => {
  const clock = fakeClock()
  const flow = new FlowControl(8, clock)
  const given: number[] = []
  const permits: Permit[] = []
  await ask(flow, 8, given, permits)
  expect(given).toHaveLength(4)
  permits[0]?.throttled(5000)
  permits[0]?.release()
  permits[1]?.release()
  await settled()
  expect(given).toHaveLength(4)
  for (const permit of permits.slice(2, 4)) {
    permit.answered()
    permit.release()
  }
  await settled()
  expect(given).toHaveLength(6)
  permits[4]?.throttled(5000)
  permits[4]?.release()
  await settled()
  expect(given).toHaveLength(6)
})

test('429 without Retry-After halves, and does not pause', async () => {
  const flow = new FlowControl(4, fakeClock())
  const permit = await flow.acquire('GET')
  permit.throttled()
  permit.release()
  expect(flow.limit).toBe(2)
  await flow.acquire('GET')
})

test('whoever gives up waiting leaves the queue with the reason of the signal', async () => {
  const flow = new FlowControl(1, fakeClock())
  const permit = await flow.acquire('GET')
  const stop = new AbortController()
  const waiting = flow.acquire('GET', stop.signal)
  stop.abort(new Error('deadline'))
  await expect(waiting).rejects.toThrow('deadline')
  expect(flow.waiting).toBe(0)
  permit.release()
  expect(flow.inFlight).toBe(0)
  await expect(flow.acquire('GET', stop.signal)).rejects.toThrow('deadline')
})

test('climbs under load with steady latency', async () => {
  const clock = fakeClock()
  const flow = new FlowControl(16, clock)
  for (let round = 0; round < 12; round++) {
    const permits = await Promise.all(Array.from({ length: flow.limit }, () => flow.acquire('GET')))
    await clock.advance(20)
    for (const permit of permits) permit.answered()
    for (const permit of permits) permit.release(5000)
  }
  expect(flow.limit).toBe(16)
})
