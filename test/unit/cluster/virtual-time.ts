import type { Clock } from '../../../lib/cluster/clock.ts'
import { settled } from './fake-clock.ts'

interface Event {
  at: number
  run: () => void
}

/** Time that jumps from one event to the next, each with all that follows from it: minutes of traffic take no time. */
export class VirtualTime implements Clock {
  #now = 0
  /** The last is next; of those at the same time, whichever was planned first. */
  readonly #events: Event[] = []

  now = (): number => this.#now

  after = (ms: number, run: () => void): (() => void) => {
    const event = { at: this.#now + ms, run }
    let place = this.#events.length
    while (place > 0 && (this.#events[place - 1] as Event).at <= event.at) place--
    this.#events.splice(place, 0, event)
    return () => {
      const found = this.#events.indexOf(event)
      if (found >= 0) this.#events.splice(found, 1)
    }
  }

  sleep = (ms: number): Promise<void> => new Promise(resolve => this.after(ms, resolve))

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settled()
    for (;;) {
      const next = this.#events.at(-1)
      if (next === undefined || next.at > end) break
      this.#now = next.at
      while (this.#events.at(-1)?.at === this.#now) this.#events.pop()?.run()
      await settled()
    }
    this.#now = end
  }
}
