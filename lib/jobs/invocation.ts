import { NameTakenError, type Recorded } from '../bucket/record-kinds.ts'
import { ConfigError } from '../config/errors.ts'
import type { Settings } from '../config/types.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { InvalidManifestError } from '../velero/schema.ts'
import { ForeignObjectsError, LocationNotWritableError, RestoreRefusedError } from './errors.ts'
import type { Queues } from './queue.ts'
import type { BackupResult, RestoreResult } from './types.ts'

/** What an invocation of a function gives to the requests that it brought. */
export interface Invocation {
  /** The settings for a cluster by name, or for the only one; with the location of this name, if one is named. */
  settings(cluster: string | undefined, storageLocation: string | undefined): Settings
  queues: Queues | undefined
  /** Aborted when the deadline is near: runs stop at a checkpoint. */
  signal: AbortSignal
  now: () => Date
  log(level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>): void
  /** Counts a run for the metrics, in whatever phase this invocation leaves it. */
  count(phase: string, items: number): void
}

/** How a run is told of the invocation that works on it. */
export interface RunOptions {
  typed: false
  signal: AbortSignal
  /** Whether somebody waits for the answer: then the end of another invocation's lease is waited for. */
  wait: boolean
  /** Whether the message comes no more if this fails: what has not begun by then is recorded as Failed. */
  last: boolean
  now: () => Date
}

/** What a caller that waits is told. */
export interface EventAnswer<Phase extends string> {
  name: string
  uid: string
  /** `Queued`: another invocation does the work. */
  phase: Phase | 'Queued'
  how: (BackupResult | RestoreResult)['how'] | 'queued'
  items: number
  errors: string[]
  warnings: string[]
  /** As in Answer. */
  givenUp?: string
}

/** What differs between the kinds of requests; the rest is one set of rules for all of them. */
export interface Requests<T extends Recorded, Phase extends string> {
  word: T['kind']
  /** The request that a message is. Throws InvalidManifestError. */
  read(message: unknown, now: Date): T
  /** The location that it names. */
  locationOf(request: T): string | undefined
  run(settings: Settings, request: T, options: RunOptions): Promise<EventAnswer<Phase>>
}

/** Puts a request into the queue, or works on it at once where there is none. */
export async function take<T extends Recorded, Phase extends string>(
  request: T,
  requests: Requests<T, Phase>,
  invocation: Invocation,
): Promise<EventAnswer<Phase>> {
  if (invocation.queues === undefined) return work(request, requests, invocation, { wait: true, last: false })
  settingsOf(request, requests, invocation)
  await invocation.queues.send(request)
  return { ...nameOf(request), phase: 'Queued', how: 'queued', items: 0, errors: [], warnings: [] }
}

/** A run that the deadline stopped has its continuation in the queue when this answers. */
export async function work<T extends Recorded, Phase extends string>(
  request: T,
  requests: Requests<T, Phase>,
  invocation: Invocation,
  came: Pick<RunOptions, 'wait' | 'last'>,
): Promise<EventAnswer<Phase>> {
  const { log, count, queues, signal, now } = invocation
  const settings = settingsOf(request, requests, invocation)
  const answer = await requests.run(settings, request, { typed: false, signal, ...came, now })
  count(answer.phase, answer.items)
  if (answer.how === 'continued') await queues?.send(request)
  log(answer.errors.length > 0 ? 'warn' : 'info', `${requests.word} ${answer.phase}`, { ...answer })
  return answer
}

/** The answer by what became of a request; one without a phase is at work. */
export function answerOf<Phase extends string>(
  ran: { metadata: Recorded['metadata']; status?: { phase?: Phase } },
  items: number | undefined,
  { how, errors, warnings, givenUp }: Pick<BackupResult | RestoreResult, 'how' | 'errors' | 'warnings' | 'givenUp'>,
): EventAnswer<Phase | 'InProgress'> {
  const became = { phase: ran.status?.phase ?? ('InProgress' as const), how, items: items ?? 0, errors, warnings }
  return { ...nameOf(ran), ...became, ...(givenUp !== undefined && { givenUp }) }
}

const REFUSALS = [
  InvalidManifestError,
  NameTakenError,
  RestoreRefusedError,
  LocationNotWritableError,
  ForeignObjectsError,
]

/** What no retry mends. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.some(refusal => error instanceof refusal)
}

/** Throws InvalidManifestError where the request names a cluster or location that is not configured. */
function settingsOf<T extends Recorded>(
  request: T,
  { locationOf }: Pick<Requests<T, string>, 'locationOf'>,
  invocation: Invocation,
): Settings {
  const cluster = request.metadata.annotations?.[CLUSTER_ANNOTATION]
  const location = locationOf(request)
  try {
    return invocation.settings(cluster, location)
  } catch (error) {
    if (!(error instanceof ConfigError) || (cluster === undefined && location === undefined)) throw error
    throw new InvalidManifestError(error.message, {
      ...(error.next !== undefined && { next: error.next }),
      cause: error,
    })
  }
}

function nameOf({ metadata }: Pick<Recorded, 'metadata'>): { name: string; uid: string } {
  return { name: metadata.name, uid: metadata.uid ?? '' }
}
