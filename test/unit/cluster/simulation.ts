import type { Dispatcher } from 'undici'
import { fixed } from '../../../lib/cluster/credentials/renewing.ts'
import { FlowControl } from '../../../lib/cluster/flow.ts'
import { createTransport } from '../../../lib/cluster/transport.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import { Capacity, type CapacityOptions, RETRY_AFTER_S } from '../../../playground/cluster/capacity.ts'
import { VirtualTime } from './virtual-time.ts'

/** From a client to the server and back. */
export const WAYS_MS = 1

export interface Client {
  flow: FlowControl
  transport: Transport
  /** When each request was answered well, and how long that took, from its first try on; in ms. */
  answers: { at: number; tookMs: number }[]
  /** When a try was refused. */
  refusals: number[]
  /** Why requests were given up. */
  lost: unknown[]
}

/** An API server of some capacity and its clients in virtual time; of the clients all is real but the connections. */
export class Simulation {
  readonly time = new VirtualTime()
  readonly capacity: Capacity
  readonly random = seeded(7)

  constructor(options: CapacityOptions) {
    this.capacity = new Capacity(options, this.time.after)
  }

  client(name: string, ceiling: number): Client {
    const { time: clock, random } = this
    const flow = new FlowControl(ceiling, clock)
    const refusals: number[] = []
    const transport = createTransport({
      endpoint: { server: 'http://cluster.example.com' },
      credentials: fixed({ headers: {} }),
      ...{ flow, clock, random },
      dispatcher: () => this.#connections(name, () => refusals.push(clock.now())),
    })
    return { flow, transport, answers: [], refusals, lost: [] }
  }

  /** So many objects under way at any time, as a restore has them. */
  keepBusy(client: Client, underWay: number): void {
    for (let i = 0; i < underWay; i++) void this.#oneAfterAnother(client)
  }

  /** One request every so often, at random. */
  visit(client: Client, everyMs: number): void {
    const next = () => {
      void this.request(client)
      this.time.after(-Math.log(1 - this.random()) * everyMs, next)
    }
    next()
  }

  async request(client: Client): Promise<void> {
    const asked = this.time.now()
    try {
      await client.transport.request({ method: 'POST', path: '/api/v1/namespaces/a/configmaps', body: '{}' })
      const at = this.time.now()
      client.answers.push({ at, tookMs: at - asked })
    } catch (error) {
      client.lost.push(error)
    }
  }

  async #oneAfterAnother(client: Client): Promise<void> {
    for (;;) await this.request(client)
  }

  #connections(name: string, refused: () => void): Dispatcher {
    const { time, capacity } = this
    const dispatch: Dispatcher['dispatch'] = (_options, handler) => {
      const answer = (served: boolean) => {
        if (!served) refused()
        const controller = {} as Dispatcher.DispatchController
        const headers = served ? {} : { 'retry-after': String(RETRY_AFTER_S) }
        handler.onResponseStart?.(controller, served ? 201 : 429, headers)
        handler.onResponseData?.(controller, Buffer.from(served ? '{}' : 'Too many requests, please try again later.'))
        handler.onResponseEnd?.(controller, {})
      }
      time.after(WAYS_MS / 2, async () => {
        const served = await capacity.serve(name)
        time.after(WAYS_MS / 2, () => answer(served))
      })
      return true
    }
    return { dispatch, destroy: async () => {} } as unknown as Dispatcher
  }
}

/** Mulberry32: the same numbers in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Answers in each second between two times. */
export function rate(client: Client, fromMs: number, toMs: number): number {
  return client.answers.filter(({ at }) => at >= fromMs && at < toMs).length / ((toMs - fromMs) / 1000)
}

export function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN
}
