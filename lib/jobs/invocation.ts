import { NameTakenError, type Recorded } from '../bucket/record-kinds.ts'
import { ConfigError } from '../config/errors.ts'
import type { Settings } from '../config/types.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { InvalidManifestError } from '../velero/schema.ts'
import { ForeignObjectsError, LocationNotWritableError, RestoreRefusedError } from './errors.ts'
import { factsOfRequest, type Measures, measuresOfEnd, measuresOfPart, type Service } from './measures.ts'
import type { Queues } from './queue.ts'
import { newTally, type Tally } from './tally.ts'
import type { BackupResult, RestoreResult } from './types.ts'

/** One line, with fields that queries can be made by. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>) => void

/** What an invocation of a function gives to the requests that it brought. */
export interface Invocation {
  /** The settings for a cluster by name, or for the only one; with the location of this name, if one is named. */
  settings(cluster: string | undefined, storageLocation: string | undefined): Settings
  queues: Queues | undefined
  /** Aborted when the deadline is near: runs stop at a checkpoint. */
  signal: AbortSignal
  now: () => Date
  log: Log
  /** Puts a line of metrics out. */
  measure(measures: Measures): void
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
  tally: Tally
}

/** Who listens to a run. */
export interface Listener<T extends Recorded> {
  /** Told when it has ended and all is tidied up, before anybody else hears of it. */
  ended(ran: Ran<T>): void
  /** Told why somebody has not heard of it. */
  unsent(problem: string): void
}

export type PhaseOf<T extends Recorded> = NonNullable<NonNullable<T['status']>['phase']>

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
  /** What this invocation did for it, where it is the one that worked: bytes of archive, and requests to the API server. */
  work?: { archiveBytes: number; requests: number; retries: number; throttles: number }
  /** As in Answer. */
  givenUp?: string
}

/** What became of a request, and what this call did for it. */
export interface Ran<T extends Recorded>
  extends Pick<BackupResult, 'how' | 'closed' | 'givenUp' | 'errors' | 'warnings'> {
  record: T
  /** Dealt with so far. */
  items: number
}

/** What differs between the kinds of requests; the rest is one set of rules for all of them. */
export interface Requests<T extends Recorded> {
  word: T['kind']
  service: Service
  /** The request that a message is. Throws InvalidManifestError. */
  read(message: unknown, now: Date): T
  /** The location that it names. */
  locationOf(request: T): string | undefined
  run(settings: Settings, request: T, options: RunOptions, listener: Listener<T>): Promise<Ran<T>>
}

/** Puts a request into the queue, or works on it at once where there is none. */
export async function take<T extends Recorded>(
  request: T,
  requests: Requests<T>,
  invocation: Invocation,
): Promise<EventAnswer<PhaseOf<T>>> {
  if (invocation.queues === undefined) return work(request, requests, invocation, { wait: true, last: false })
  settingsOf(request, requests, invocation)
  await invocation.queues.send(request)
  return { ...nameOf(request), phase: 'Queued', how: 'queued', items: 0, errors: [], warnings: [] }
}

/** A run that the deadline stopped has its continuation in the queue when this answers. */
export async function work<T extends Recorded>(
  request: T,
  requests: Requests<T>,
  invocation: Invocation,
  came: Pick<RunOptions, 'wait' | 'last'>,
): Promise<EventAnswer<PhaseOf<T>>> {
  const { log, measure, queues, signal, now } = invocation
  const settings = settingsOf(request, requests, invocation)
  const facts = factsOfRequest(request)
  log('info', `${requests.word} taken up`, facts)
  const ran = await measured(request, invocation, (tally, ended) => {
    const unsent = (problem: string) => {
      measure({ service: requests.service, values: { NotificationsFailed: 1 }, about: facts })
      log('error', 'A notification was not sent; the next collection tries again', { ...facts, problem })
    }
    return requests.run(settings, request, { typed: false, signal, ...came, now, tally }, { ended, unsent })
  })
  if (ran.how === 'continued') await queues?.send(request)
  const answer = answerOf(ran)
  log(answer.errors.length > 0 ? 'warn' : 'info', `${requests.word} ${answer.phase}`, { ...facts, ...answer })
  return answer
}

/** Counts what a run did, whatever became of it, and its end once: by whoever ended it. */
async function measured<T extends Recorded>(
  request: T,
  { measure, now }: Pick<Invocation, 'measure' | 'now'>,
  run: (tally: Tally, ended: (ran: Ran<T>) => void) => Promise<Ran<T>>,
): Promise<Ran<T> & { tally: Tally }> {
  const tally = newTally()
  try {
    const ran = await run(tally, ({ record, items }) => measure(measuresOfEnd(record, items, tally, now())))
    if (ran.how === 'continued') measure(measuresOfPart(request, tally, 'continued'))
    return { ...ran, tally }
  } catch (error) {
    if (tally.requests.sent > 0) measure(measuresOfPart(request, tally, 'failed'))
    throw error
  }
}

/** The answer by what became of a request; one without a phase is at work. */
function answerOf<T extends Recorded>({
  record,
  how,
  items,
  errors,
  warnings,
  givenUp,
  tally: { archiveBytes, requests },
}: Ran<T> & { tally: Tally }): EventAnswer<PhaseOf<T>> {
  const { sent, retries, throttles } = requests
  const phase = (record.status?.phase ?? 'InProgress') as PhaseOf<T>
  return {
    ...{ ...nameOf(record), phase, how, items, errors, warnings },
    ...(how !== 'acknowledged' && { work: { archiveBytes, requests: sent, retries, throttles } }),
    ...(givenUp !== undefined && { givenUp }),
  }
}

/** Puts a message aside with its reason; answers false where there is no place for it. */
export async function bury(
  body: string,
  reason: string,
  {
    invocation: { queues, measure },
    service,
    about,
  }: { invocation: Pick<Invocation, 'queues' | 'measure'>; service: Service; about: Record<string, unknown> },
): Promise<boolean> {
  const buried = (await queues?.bury(body, reason)) ?? false
  const facts = Object.entries(about).map(([key, value]) => [key, String(value)])
  if (buried) measure({ service, values: { Refused: 1 }, about: Object.fromEntries(facts) })
  return buried
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
  { locationOf }: Pick<Requests<T>, 'locationOf'>,
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
