import {
  type Condition,
  ObjectNotFoundError,
  type ObjectStore,
  PreconditionFailedError,
  StoreError,
} from '../store/types.ts'
import { InvalidRecordError, readScheduleRecord } from '../velero/schema.ts'
import { serialiseRecord } from '../velero/serialise.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { bytesOf } from './documents.ts'
import { scheduleKey, schedulesPrefix } from './layout.ts'

/** A Schedule in the bucket with the etag by which it can be replaced. */
export interface StoredSchedule {
  schedule: Schedule
  etag: string
}

/** `undefined` where there is none. Throws InvalidRecordError. */
export async function readSchedule(store: ObjectStore, name: string): Promise<StoredSchedule | undefined> {
  const key = scheduleKey(name)
  try {
    const stored = await store.get(key)
    const schedule = readScheduleRecord((await bytesOf(stored)).toString('utf8'))
    if (schedule.metadata.name !== name)
      throw new InvalidRecordError(`metadata.name: it is ${JSON.stringify(schedule.metadata.name)}`)
    return { schedule, etag: stored.etag }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    if (!(error instanceof InvalidRecordError)) throw error
    throw new InvalidRecordError(`${JSON.stringify(key)} is no Schedule of that name: ${error.message}`, {
      next: 'Look at the object; delete it, and create the schedule anew.',
      cause: error,
    })
  }
}

/** Throws PreconditionFailedError where the condition does not hold. There is no write without one. */
export async function writeSchedule(
  store: ObjectStore,
  schedule: Schedule,
  condition: Condition,
): Promise<StoredSchedule> {
  const { etag } = await store.put(scheduleKey(schedule.metadata.name), serialiseRecord(schedule), condition)
  return { schedule, etag }
}

/** How often a change is tried that others get ahead of. */
const TRIES = 5

/**
 * Reads a schedule and writes what `change` makes of it, again where somebody else has written meanwhile. Answers what stands
 * then; `undefined` where there is no schedule. A `change` that answers `undefined` leaves it as it is. `known`: as it was
 * read before. Throws PreconditionFailedError where others were always faster.
 */
export async function changeSchedule(
  store: ObjectStore,
  name: string,
  change: (schedule: Schedule) => Schedule | undefined,
  known?: StoredSchedule,
): Promise<StoredSchedule | undefined> {
  for (let tries = 1, stored = known; ; tries++) {
    stored ??= await readSchedule(store, name)
    if (stored === undefined) return undefined
    const changed = change(stored.schedule)
    if (changed === undefined) return stored
    try {
      return await writeSchedule(store, changed, { ifMatch: stored.etag })
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || tries === TRIES) throw error
      stored = undefined
    }
  }
}

/**
 * By a plain DELETE, because not every store honours a condition there. It does no harm: whoever read the schedule before writes
 * it under a condition only, so that it does not come back. Answers whether there was one, readable or not.
 */
export async function deleteSchedule(store: ObjectStore, name: string): Promise<boolean> {
  const key = scheduleKey(name)
  if ((await store.head(key)) === undefined) return false
  const [failure] = await store.delete([key])
  if (failure !== undefined)
    throw new StoreError(`${JSON.stringify(key)} can't be deleted: ${failure.message}`, { code: failure.code })
  return true
}

/** The names of a location's schedules, page by page, sorted. */
export async function* scheduleNames(store: ObjectStore): AsyncGenerator<string[]> {
  for await (const { objects } of store.list(schedulesPrefix))
    yield objects.flatMap(({ key }) => NAME.exec(key.slice(schedulesPrefix.length))?.[1] ?? [])
}

const NAME = /^([^/]+)\.json$/
