import type { Connection } from '../../lib/cluster/connect.ts'
import type { ApiResponse } from '../../lib/cluster/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { type Guard, guarded, Killed } from './failing-store.ts'

export type Side = 'store' | 'cluster'
export type Act = 'reads' | 'writes'

/** What a process dies with: its nth reading or writing call, from 1, of the store or of the cluster, carried out or not. */
export interface Death {
  /** Absent: either. */
  side?: Side
  /** Absent: either. */
  act?: Act
  call: number
  carriedOut: boolean
}

const READS = /^(GET|get|head|list|listUploads) /

/**
 * A process between a store and a cluster, which dies with one of its calls to either. Nobody sees the answers of that
 * call and of those that are under way, and later ones reach neither. Without a death all calls pass and are counted.
 */
export class Process {
  /** So far, as `METHOD /path` and `method key`. */
  readonly calls: Record<Side, string[]> = { store: [], cluster: [] }
  dead = false
  readonly #death: Death | undefined
  readonly #onCall: (side: Side, call: number) => void
  #left: number

  /** `onCall`: told of every call before it is made, by its number. */
  constructor(death?: Death, onCall: (side: Side, call: number) => void = () => {}) {
    this.#death = death
    this.#onCall = onCall
    this.#left = death?.call ?? 0
  }

  count(side: Side, act: Act): number {
    return this.calls[side].filter(what => actOf(what) === act).length
  }

  store(inner: ObjectStore): ObjectStore {
    return guarded(inner, this.#guard('store'))
  }

  readonly wrap = (connection: Connection): Connection => {
    const { transport } = connection
    const guard = this.#guard('cluster', (response: ApiResponse) => response.body.destroy())
    return {
      ...connection,
      transport: {
        server: transport.server,
        request: request => guard(`${request.method} ${request.path}`, () => transport.request(request)),
        close: () => transport.close(),
      },
    }
  }

  #guard(side: Side, unseen: (answer: never) => void = () => {}): Guard {
    return async (what, call) => {
      if (this.dead) throw new Killed(what)
      this.#onCall(side, this.calls[side].push(what))
      const death = this.#death
      const last = death !== undefined && counts(death, side, actOf(what)) && --this.#left === 0
      if (last) this.dead = true
      if (last && !death.carriedOut) throw new Killed(what)
      try {
        const answer = await call()
        if (!this.dead) return answer
        unseen(answer as never)
      } catch (error) {
        if (!this.dead) throw error
      }
      throw new Killed(what)
    }
  }
}

function counts(death: Death, side: Side, act: Act): boolean {
  return (death.side ?? side) === side && (death.act ?? act) === act
}

function actOf(what: string): Act {
  return READS.test(what) ? 'reads' : 'writes'
}
