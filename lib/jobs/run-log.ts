import { createHash } from 'node:crypto'
import { readDocument } from '../bucket/documents.ts'
import { backupLogKey, restoreLogKey, runCheckpointKey, runLeaseKey } from '../bucket/layout.ts'
import type { LeaseDocument } from '../bucket/lease.ts'
import { BACKUPS, nameKey, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { type NameClaim, type RunOutcome, readOutcome } from '../bucket/runs.ts'
import type { LocationSettings, Settings } from '../config/types.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import type { LateenError } from '../velero/errors.ts'
import { formatLogLine } from '../velero/log-line.ts'
import { AROUND, type Around } from './around.ts'
import { BackupNotFoundError, RestoreNotFoundError } from './errors.ts'
import { gunzipped } from './read.ts'

/** What a reader of a log is told: some of it, something about it, or the phase of a run that has ended. */
export type LogEvent = { text: Buffer } | { notice: string } | { phase: string }

export interface LogOptions {
  /** Go on until the run has ended. */
  follow: boolean
  now?: () => Date
}

/** Between looks at a run that is followed, in ms. */
const LOOK_MS = 2_000

/** Of both kinds of checkpoints: all that a log needs. */
interface LogCheckpoint {
  account: { segments: { log: string[] } }
}

/**
 * The log of a backup that has no record yet, as far as it is in the bucket; with `follow` until the run has ended, to its
 * end. Only what a checkpoint names is given, for that is what the final log begins with, whoever goes on with the run.
 */
export function readBackupLog(
  { location }: Pick<Settings, 'location'>,
  name: string,
  options: LogOptions,
  around: Partial<Around> = {},
): AsyncGenerator<LogEvent> {
  const log = { kind: BACKUPS, key: backupLogKey(name), name, missing: new BackupNotFoundError(name) }
  return readLog(log, location, options, { ...AROUND, ...around })
}

/** As readBackupLog. */
export function readRestoreLog(
  { location, results = location }: Settings,
  name: string,
  options: LogOptions,
  around: Partial<Around> = {},
): AsyncGenerator<LogEvent> {
  const log = { kind: RESTORES, key: restoreLogKey(name), name, missing: new RestoreNotFoundError(name) }
  return readLog(log, results, options, { ...AROUND, ...around })
}

interface Log<T extends Recorded> {
  kind: RecordKind<T>
  name: string
  /** Of the whole log, once there is one. */
  key: string
  missing: LateenError
}

async function* readLog<T extends Recorded>(
  { kind, name, key, missing }: Log<T>,
  location: LocationSettings,
  { follow, now = () => new Date() }: LogOptions,
  { openStore, sleep }: Around,
): AsyncGenerator<LogEvent> {
  const store = await openStore(location)
  try {
    const printed = new Printed()
    for (let first = true; ; first = false) {
      const [record, claim] = await Promise.all([
        readRecord(store, kind, name),
        readDocument<NameClaim<T>>(store, nameKey(kind, name)),
      ])
      if (record !== undefined && !isOpen(record)) return yield* ended(store, key, record, printed)
      if (record !== undefined) {
        if (!follow) return yield { notice: 'Its log is not in the bucket before its end, for it is a run of Velero.' }
        await sleep(LOOK_MS)
        continue
      }
      if (claim === undefined) throw missing
      const { uid } = claim.value
      const [outcome, lease] = await Promise.all([
        readOutcome<T>(store, uid),
        readDocument<LeaseDocument>(store, runLeaseKey(uid)),
      ])
      if (outcome !== undefined) {
        if (outcome.record.status?.phase === 'FailedValidation') return yield* refused(outcome)
        // It ended while we looked, or it was deleted.
        const now = await readRecord(store, kind, name)
        if (now === undefined) throw missing
        return yield* ended(store, key, now, printed)
      }
      yield* newSegments(store, uid, printed)
      if (!follow) return yield { notice: rest(printed, lease?.value, now()) }
      if (first && !atWork(lease?.value, now()))
        yield {
          notice: `Nobody works on the ${kind.word} ${JSON.stringify(name)} at present; waiting for its continuation.`,
        }
      await sleep(LOOK_MS)
    }
  } finally {
    await store.close()
  }
}

/** Only Velero writes a record before the end of a run. */
function isOpen({ status }: Recorded): boolean {
  return status?.phase !== undefined && !ENDS.includes(status.phase)
}

const ENDS = ['Completed', 'PartiallyFailed', 'Failed', 'FailedValidation']

/** What was given to the reader so far. */
class Printed {
  readonly keys = new Set<string>()
  readonly #hash = createHash('sha256')
  bytes = 0

  add(text: Buffer): LogEvent {
    this.#hash.update(text)
    this.bytes += text.length
    return { text }
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

async function* newSegments(store: ObjectStore, uid: string, printed: Printed): AsyncGenerator<LogEvent> {
  const checkpoint = await readDocument<LogCheckpoint>(store, runCheckpointKey(uid))
  for (const key of checkpoint?.value.account.segments.log ?? []) {
    if (printed.keys.has(key)) continue
    try {
      for await (const text of textOf(store, key)) yield printed.add(text)
    } catch (error) {
      // The run has ended since: its log has all of it.
      if (error instanceof ObjectNotFoundError) return
      throw error
    }
    printed.keys.add(key)
  }
}

/** The rest of a log that has become whole; all of it where it does not begin with what was given, for the run was given up. */
async function* ended<T extends Recorded>(
  store: ObjectStore,
  key: string,
  record: T,
  printed: Printed,
): AsyncGenerator<LogEvent> {
  try {
    let skip = printed.bytes > 0 && (await beginsWith(store, key, printed)) ? printed.bytes : 0
    for await (const text of textOf(store, key)) {
      if (text.length > skip) yield { text: text.subarray(skip) }
      skip = Math.max(0, skip - text.length)
    }
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error
    yield { notice: 'There is no log in the bucket.' }
  }
  yield { phase: record.status?.phase ?? '' }
}

async function beginsWith(store: ObjectStore, key: string, printed: Printed): Promise<boolean> {
  const hash = createHash('sha256')
  let left = printed.bytes
  for await (const text of textOf(store, key)) {
    hash.update(text.subarray(0, left))
    left -= Math.min(left, text.length)
    if (left === 0) break
  }
  return left === 0 && hash.digest('hex') === printed.digest()
}

/** A request that validation refused has no log: its errors stand for one. */
function* refused<T extends Recorded>({ record, ended }: RunOutcome<T>): Generator<LogEvent> {
  for (const message of record.status?.validationErrors ?? []) {
    const line = formatLogLine({
      time: new Date(ended),
      level: 'error',
      message,
      fields: { [record.kind.toLowerCase()]: `${record.metadata.namespace}/${record.metadata.name}` },
    })
    yield { text: Buffer.from(line) }
  }
  yield { phase: 'FailedValidation' }
}

function rest({ bytes }: Printed, lease: LeaseDocument | undefined, now: Date): string {
  const from = bytes === 0 ? 'its beginning' : 'its last checkpoint'
  return atWork(lease, now)
    ? `The run is at work; what it has logged since ${from} is not in the bucket yet. See all of it with --follow.`
    : `Nobody works on the run at present; what it had logged since ${from}, if anything, is not in the bucket.`
}

function atWork(lease: LeaseDocument | undefined, now: Date): boolean {
  return lease !== undefined && new Date(lease.expires) > now
}

async function* textOf(store: ObjectStore, key: string): AsyncGenerator<Buffer> {
  for await (const chunk of gunzipped((await store.get(key)).body)) yield chunk as Buffer
}
