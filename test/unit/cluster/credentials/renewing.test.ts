import { expect, test } from 'vitest'
import { type Issued, renewing } from '../../../../lib/cluster/credentials/renewing.ts'
import { fakeClock } from '../fake-clock.ts'

const token = (value: string) => ({ headers: { authorization: `Bearer ${value}` } })

function issuer(life?: number) {
  const clock = fakeClock()
  const calls: string[] = []
  const issue = async (): Promise<Issued> => {
    const value = String(calls.length + 1)
    calls.push(value)
    return { identity: token(value), ...(life !== undefined && { expiresAt: clock.now() + life }) }
  }
  return { clock, calls, credentials: renewing(issue, clock) }
}

test('asks once for what does not end', async () => {
  const { clock, calls, credentials } = issuer()
  await credentials.get()
  await clock.advance(1e9)
  expect(await credentials.get()).toEqual(token('1'))
  expect(calls).toHaveLength(1)
})

test('renews half a minute before the end', async () => {
  const { clock, credentials } = issuer(600_000)
  await credentials.get()
  await clock.advance(569_000)
  expect(await credentials.get()).toEqual(token('1'))
  await clock.advance(2000)
  expect(await credentials.get()).toEqual(token('2'))
})

test('what lives for seconds only is not asked for at each request', async () => {
  const { clock, calls, credentials } = issuer(10_000)
  await credentials.get()
  await clock.advance(8000)
  await credentials.get()
  expect(calls).toHaveLength(1)
})

test('callers that come together share one renewal', async () => {
  const { calls, credentials } = issuer()
  await Promise.all([credentials.get(), credentials.get(), credentials.get()])
  expect(calls).toHaveLength(1)
})

test('a refused identity is replaced, once for all requests that were refused with it', async () => {
  const { calls, credentials } = issuer()
  const first = await credentials.get()
  credentials.reject(first)
  expect(await credentials.get()).toEqual(token('2'))
  credentials.reject(first)
  await credentials.get()
  expect(calls).toHaveLength(2)
})

test('an equal identity is the same one: there is nothing new to try', async () => {
  const credentials = renewing(async () => ({ identity: token('same') }), fakeClock())
  const first = await credentials.get()
  credentials.reject(first)
  expect(await credentials.get()).toBe(first)
})

test('a failure is told to its callers and not remembered', async () => {
  let healthy = false
  const credentials = renewing(async () => {
    if (!healthy) throw new Error('not now')
    return { identity: token('1') }
  }, fakeClock())
  await expect(credentials.get()).rejects.toThrow('not now')
  healthy = true
  expect(await credentials.get()).toEqual(token('1'))
})
