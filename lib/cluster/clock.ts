import { setTimeout as delay } from 'node:timers/promises'

/** Time as this folder uses it, so that tests can own it. Both in milliseconds. */
export interface Clock {
  now(): number
  /** Rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {}).catch(error => {
      throw signal?.aborted ? signal.reason : error
    })
  },
}
