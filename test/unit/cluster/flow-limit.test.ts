import { expect, test } from 'vitest'
import { AdaptiveLimit } from '../../../lib/cluster/flow-limit.ts'

const good = (latencyMs = 10, atLimit = true, cost = 'GET 1', at = 0) => ({ cost, latencyMs, atLimit, at })
const refused = (sentAt: number, at: number, inFlight = 16) => ({ sentAt, at, inFlight })

function climbed(ceiling = 16): AdaptiveLimit {
  const limit = new AdaptiveLimit(ceiling)
  for (let i = 0; i < 50; i++) limit.succeeded(good())
  return limit
}

test('climbs from 4 to the ceiling while answers stay fast, and not beyond', () => {
  const limit = new AdaptiveLimit(16)
  expect(limit.current).toBe(4)
  for (let i = 0; i < 4; i++) limit.succeeded(good())
  expect(limit.current).toBe(8)
  for (let i = 0; i < 100; i++) limit.succeeded(good())
  expect(limit.current).toBe(16)
})

test('a ceiling below the usual start holds from the first request', () => {
  const limit = new AdaptiveLimit(1)
  expect(limit.current).toBe(1)
  for (let i = 0; i < 100; i++) limit.succeeded(good())
  expect(limit.current).toBe(1)
})

test('does not climb on answers that were not held up by the limit', () => {
  const limit = new AdaptiveLimit(16)
  for (let i = 0; i < 100; i++) limit.succeeded(good(10, false))
  expect(limit.current).toBe(4)
})

test('halves at once when the server asks for less, once for all requests that were in flight by then', () => {
  const limit = climbed()
  limit.throttled(refused(100, 150))
  expect(limit.current).toBe(8)
  limit.throttled(refused(100, 151))
  limit.throttled(refused(149, 160))
  expect(limit.current).toBe(8)
  limit.throttled(refused(155, 170))
  expect(limit.current).toBe(4)
})

test('never forbids the last request', () => {
  const limit = climbed()
  for (let now = 0; now < 20; now++) limit.throttled(refused(now, now))
  expect(limit.current).toBe(1)
})

test('after a refusal it is soon back at one less than was refused, and stays there for five seconds', () => {
  const limit = climbed(32)
  limit.throttled(refused(0, 1, 22))
  expect(limit.current).toBe(16)
  for (let i = 0; i < 16; i++) limit.succeeded(good())
  expect(limit.current).toBe(21)
  for (let at = 2; at < 5000; at++) limit.succeeded(good(10, true, 'GET 1', at))
  expect(limit.current).toBe(21)
})

test('after those five seconds it tries one more per round, up to the ceiling', () => {
  const limit = climbed(32)
  limit.throttled(refused(0, 1, 22))
  for (let i = 0; i < 16; i++) limit.succeeded(good())
  for (let i = 0; i < 24; i++) limit.succeeded(good(10, true, 'GET 1', 5001))
  expect(limit.current).toBe(22)
  for (let i = 0; i < 400; i++) limit.succeeded(good(10, true, 'GET 1', 5001))
  expect(limit.current).toBe(32)
})

test('holds while answers come much later than the best of their class', () => {
  const limit = new AdaptiveLimit(16)
  limit.succeeded(good(10))
  for (let i = 0; i < 40; i++) limit.succeeded(good(90))
  expect(limit.current).toBeLessThan(10)
})

test('an overloaded server is given less, but latency alone never takes it below 4', () => {
  const limit = climbed()
  for (let i = 0; i < 30; i++) limit.succeeded(good(3000))
  expect(limit.current).toBeLessThan(16)
  for (let i = 0; i < 60; i++) limit.succeeded(good(30_000))
  expect(limit.current).toBeGreaterThanOrEqual(4)
})

test('big pages are compared with big pages: they do not count as slow', () => {
  const limit = new AdaptiveLimit(16)
  for (let i = 0; i < 20; i++) {
    limit.succeeded(good(5, true, 'GET 1'))
    limit.succeeded(good(800, true, 'GET 4'))
  }
  expect(limit.current).toBe(16)
})

test('a single answer that was fast by luck does not make all others late', () => {
  const limit = new AdaptiveLimit(16)
  for (let i = 0; i < 100; i++) limit.succeeded(good(i === 3 ? 5 : 100))
  expect(limit.current).toBe(16)
})

test('a server that became slower for good is used in full again in the end', () => {
  const limit = climbed()
  for (let i = 0; i < 30; i++) limit.succeeded(good(3000))
  expect(limit.current).toBeLessThan(16)
  for (let i = 0; i < 2000; i++) limit.succeeded(good(100))
  expect(limit.current).toBe(16)
})
