import { LeaseHeldError } from '../../../lib/bucket/lease.ts'
import { ConfigError } from '../../../lib/config/errors.ts'
import type { Settings } from '../../../lib/config/types.ts'
import type { Invocation } from '../../../lib/jobs/invocation.ts'
import type { Measures } from '../../../lib/jobs/measures.ts'
import type { Queues } from '../../../lib/jobs/queue.ts'

export const NOW = new Date('2026-11-22T08:00:00Z')

/** What an invocation told others. */
export interface Told<T> {
  sent: T[]
  /** The seconds of those that are to be seen later. */
  delayed: number[]
  buried: [body: string, reason: string][]
  logged: [level: string, message: string][]
  /** Of each line of metrics, the values. */
  measured: Measures[]
}

/** An invocation with a queue, or one of the queue's methods replaced, or none; a cluster `nowhere` is not configured. */
export function openInvocation<T>(given: false | Partial<Queues> = {}): { base: Invocation; told: Told<T> } {
  const told: Told<T> = { sent: [], delayed: [], buried: [], logged: [], measured: [] }
  const queues: Queues = {
    send: async (message, seconds) => {
      told.sent.push(message as T)
      if (seconds !== undefined) told.delayed.push(seconds)
    },
    bury: async (body, reason) => {
      told.buried.push([body, reason])
      return true
    },
    ...given,
  }
  const base: Invocation = {
    settings: (cluster, location) => {
      if (cluster === 'nowhere') throw new ConfigError('no cluster is called "nowhere"')
      if (location === 'nowhere') throw new ConfigError('no location is called "nowhere"')
      return { cluster: { name: cluster ?? 'only' }, location: { name: location ?? 'default', spec: {} } } as Settings
    },
    queues: given === false ? undefined : queues,
    signal: new AbortController().signal,
    now: () => NOW,
    log: (level, message) => told.logged.push([level, message]),
    measure: measures => told.measured.push(measures),
  }
  return { base, told }
}

export const held = () =>
  new LeaseHeldError({ uid: 'u', owner: 'x', epoch: 1, expires: '2026-11-22T08:00:20Z', takeovers: 0 })

/** A record of a queue's event. */
export const record = (id: string, body: unknown, received = 1) => ({
  messageId: id,
  receiptHandle: `handle of ${id}`,
  eventSource: 'aws:sqs',
  attributes: { ApproximateReceiveCount: String(received) },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

export const batch = (...Records: object[]) => ({ Records })

/** The answer to a queue of which these messages come again. */
export const failures = (...ids: string[]) => ({ batchItemFailures: ids.map(itemIdentifier => ({ itemIdentifier })) })
