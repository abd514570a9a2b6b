import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Lease, RENEW_MS } from '../../../lib/bucket/lease.ts'
import { Running } from '../../../lib/jobs/running.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T08:00:00Z'), toFake: ['setInterval', 'clearInterval', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

async function running(cancelled: () => boolean) {
  const done: string[] = []
  let looks = 0
  const run = new Running({
    lease: await Lease.acquire(new MemoryStore(), 'u', 'me', () => new Date()),
    abort: new AbortController(),
    progress: () => ({}),
    checkpoint: async () => {
      done.push('checkpoint')
    },
    cancelled: async () => {
      looks++
      return cancelled()
    },
    tell: () => {},
    idle: async () => {},
  })
  return { run, done, looks: () => looks }
}

const beat = async () => {
  await vi.advanceTimersByTimeAsync(RENEW_MS)
  await new Promise(resolve => setImmediate(resolve))
}

it('a run looks once per renewal whether it was cancelled, stops, and ends with a checkpoint even where it was done', async () => {
  let wanted = false
  const { run, done, looks } = await running(() => wanted)
  const work = async () => {
    await beat()
    expect(run.cancelled).toBe(false)
    wanted = true
    await beat()
    expect(run.cancelled).toBe(true)
    return true
  }
  const finish = async () => {
    done.push('finish')
  }
  expect(await run.run(work, finish)).toBe(false)
  expect(done).not.toContain('finish')
  expect(done.at(-1)).toBe('checkpoint')
  expect(looks()).toBe(2)
})

it('a run that nobody cancels finishes', async () => {
  const { run, done } = await running(() => false)
  const finish = async () => {
    done.push('finish')
  }
  expect(await run.run(async () => true, finish)).toBe(true)
  expect(done).toEqual(['finish'])
})
