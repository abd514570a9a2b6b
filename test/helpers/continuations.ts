import type { Connection } from '../../lib/cluster/connect.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { Process } from './process.ts'

/** What stands between the invocations of a run and its store and cluster. */
export interface Between {
  store: ObjectStore
  wrap: (connection: Connection) => Connection
}

/** How a run came to its end. */
export interface Continued<T> {
  result: T
  /** Each answered `continued`, but for the last. */
  invocations: number
  /** Of the last invocation, as `METHOD /path` and `method key`. */
  calls: Process['calls']
}

/** Lists come by pages of at most so many items, so that few objects make many pages. */
export function pagesOf(items: number): (connection: Connection) => Connection {
  return ({ transport, ...connection }) => ({
    ...connection,
    transport: {
      server: transport.server,
      close: () => transport.close(),
      request: request => {
        const path = request.path.replace(/(?<=[?&]limit=)\d+/, asked => String(Math.min(Number(asked), items)))
        return transport.request({ ...request, path })
      },
    },
  })
}

/**
 * One request, sent until it is done with: the time of each invocation ends with its nth call, of the store or of the cluster
 * (0: before the first). `between` is called after each that has not ended it. Fails after `atMost` of them.
 */
export async function continued<T extends { how: string }>(
  run: (signal: AbortSignal, between: Between) => Promise<T>,
  to: { store: ObjectStore; calls: number; atMost: number; wrap?: Between['wrap'] },
  between: (invocation: number, result: T) => unknown = () => {},
): Promise<Continued<T>> {
  const { store, calls, atMost, wrap = one => one } = to
  for (let invocations = 1; invocations <= atMost; invocations++) {
    const end = new AbortController()
    if (calls === 0) end.abort()
    const process = new Process(undefined, () => {
      if (process.calls.store.length + process.calls.cluster.length >= calls) end.abort()
    })
    const around = { store: process.store(store), wrap: (one: Connection) => process.wrap(wrap(one)) }
    const result = await run(end.signal, around)
    if (result.how !== 'continued') return { result, invocations, calls: process.calls }
    await between(invocations, result)
  }
  throw new Error(`it does not come to an end in ${atMost} invocations`)
}
