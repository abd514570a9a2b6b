import type { Clock } from '../../../lib/cluster/clock.ts'

export interface FakeClock extends Clock {
  /** Lets time pass: what sleeps until then wakes up in order. */
  advance(ms: number): Promise<void>
  /** What was asked to sleep so far, in ms. */
  readonly slept: number[]
}

/** A clock that stands still until it is told otherwise; with `skip`, a sleep takes no time here and all of it there. */
export function fakeClock(options: { now?: number; skip?: boolean } = {}): FakeClock {
  let now = options.now ?? Date.UTC(2026, 10, 22, 8, 0, 0)
  const sleepers: { at: number; wake: () => void }[] = []
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep(ms, signal) {
      slept.push(ms)
      if (signal?.aborted) return Promise.reject(signal.reason)
      if (options.skip) {
        now += ms
        return Promise.resolve()
      }
      return new Promise((resolve, reject) => {
        sleepers.push({ at: now + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        sleepers.sort((a, b) => a.at - b.at)
        const next = sleepers[0]
        if (next === undefined || next.at > end) break
        sleepers.shift()
        now = next.at
        next.wake()
        await settled()
      }
      now = end
      await settled()
    },
  }
}

/** After all that is ready to run has run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
