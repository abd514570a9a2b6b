import { describe, expect, test } from 'vitest'
import { type Attempt, type Failure, parseRetryAfter, retryDelay } from '../../../../lib/cluster/http/retry.ts'

const attempt = (method: string, tries = 1, elapsedMs = 0, known = true): Attempt => ({
  method,
  tries,
  elapsedMs,
  known,
})
const broken: Failure = { passing: true, unsent: false }
const refused: Failure = { passing: true, unsent: true }

describe('whether a failure is tried again', () => {
  const cases: [string, Failure, Attempt, boolean][] = [
    ['429 of any method', { status: 429 }, attempt('POST'), true],
    ['503 with Retry-After of any method', { status: 503, retryAfterMs: 1000 }, attempt('POST'), true],
    ['500 with Retry-After of any method', { status: 500, retryAfterMs: 1000 }, attempt('PATCH'), true],
    ['503 of a GET, a few times', { status: 503 }, attempt('GET', 2), true],
    ['503 of a GET, not for long', { status: 503 }, attempt('GET', 3), false],
    ['500 of a POST', { status: 500 }, attempt('POST'), false],
    ['404', { status: 404 }, attempt('GET'), false],
    ['409', { status: 409 }, attempt('POST'), false],
    ['410', { status: 410 }, attempt('GET'), false],
    ['a connection that broke off, for GET', broken, attempt('GET', 9), true],
    ['a connection that broke off, for POST: it may have been done', broken, attempt('POST'), false],
    ['a refused connection, for POST: nothing was sent', refused, attempt('POST'), true],
    ['a certificate that is not trusted', { passing: false, unsent: false }, attempt('GET'), false],
    ['a server that never answered: once', refused, attempt('GET', 1, 0, false), true],
    ['a server that never answered: not twice', refused, attempt('GET', 2, 0, false), false],
    ['the tenth try', { status: 429, retryAfterMs: 0 }, attempt('GET', 10), false],
    ['after a minute of failures', { status: 429, retryAfterMs: 1000 }, attempt('GET', 3, 59_500), false],
    ['a Retry-After beyond that minute', { status: 429, retryAfterMs: 120_000 }, attempt('GET'), false],
  ]
  test.each(cases)('%s', (_name, failure, tried, again) => {
    expect(retryDelay(failure, tried, 0.5) !== undefined).toBe(again)
  })
})

test("waits exactly the server's Retry-After", () => {
  expect(retryDelay({ status: 429, retryAfterMs: 7000 }, attempt('GET'), 0.9)).toBe(7000)
})

test('waits longer each time, with jitter, never over 10 s', () => {
  const delays = [1, 2, 3, 9].map(tries => [0, 1].map(random => retryDelay(broken, attempt('GET', tries), random)))
  expect(delays).toEqual([
    [100, 200],
    [200, 400],
    [400, 800],
    [5000, 10_000],
  ])
})

test('Retry-After is read as seconds and as a date', () => {
  const now = Date.parse('Sun, 22 Nov 2026 08:54:00 GMT')
  expect(parseRetryAfter('3', now)).toBe(3000)
  expect(parseRetryAfter('Sun, 22 Nov 2026 08:54:10 GMT', now)).toBe(10_000)
  expect(parseRetryAfter('Sun, 22 Nov 2026 08:00:00 GMT', now)).toBe(0)
  expect(parseRetryAfter('soon', now)).toBeUndefined()
  expect(parseRetryAfter(undefined, now)).toBeUndefined()
})
