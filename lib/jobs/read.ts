import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DamagedDocumentError, readDocument } from '../bucket/documents.ts'
import { backupArchiveKey, backupLogKey, backupNameKey, backupNamesPrefix, runLeaseKey } from '../bucket/layout.ts'
import type { LeaseDocument } from '../bucket/lease.ts'
import { backupNames, readBackup } from '../bucket/records.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { defaultBackup } from '../velero/defaults.ts'
import type { LateenError } from '../velero/errors.ts'
import { InvalidRecordError } from '../velero/schema.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import { BackupNotFoundError } from './errors.ts'
import { NOTE_ANNOTATION } from './prepare.ts'
import type { BackupView } from './types.ts'

/** Records that are read at the same time. */
const AT_ONCE = 16

/**
 * Every backup of the location, by name: records of any writer, and runs of ours that have none yet. Needs no right to
 * write. One that can't be read hides no other: it is left out, and `onDamaged` is told.
 */
export async function listBackups(settings: Settings, onDamaged: (error: LateenError) => void): Promise<BackupView[]> {
  return withStore(settings, async store => {
    const names = new Set<string>()
    for await (const name of backupNames(store)) names.add(name)
    for await (const page of store.list(backupNamesPrefix))
      for (const { key } of page.objects) names.add(key.slice(backupNamesPrefix.length, -'.json'.length))
    const views = await inTurn([...names].sort(), AT_ONCE, name =>
      viewOf(store, name, settings.location.name).catch(error => {
        if (!(error instanceof InvalidRecordError || error instanceof DamagedDocumentError)) throw error
        onDamaged(error)
        return undefined
      }),
    )
    return views.filter(view => view !== undefined)
  })
}

/** Throws BackupNotFoundError. */
export async function getBackup(settings: Settings, name: string): Promise<BackupView> {
  return withStore(settings, async store => {
    const view = await viewOf(store, name, settings.location.name)
    if (view === undefined) throw new BackupNotFoundError(name)
    return view
  })
}

/** The log's text. Throws BackupNotFoundError, or ObjectNotFoundError where the backup has none. */
export function openBackupLogs(settings: Settings, name: string): Promise<Readable> {
  return openFile(settings, name, backupLogKey(name), body => pipeline(body, createGunzip(), () => {}))
}

/** The .tar.gz as it lies in the bucket. Throws as openBackupLogs does. */
export function openBackupArchive(settings: Settings, name: string): Promise<Readable> {
  return openFile(settings, name, backupArchiveKey(name), body => body)
}

async function openFile(
  settings: Settings,
  name: string,
  key: string,
  through: (body: Readable) => Readable,
): Promise<Readable> {
  const store = await openStore(settings.location)
  try {
    const body = through((await store.get(key)).body)
    body.once('close', () => void store.close())
    return body
  } catch (error) {
    try {
      if (error instanceof ObjectNotFoundError && (await viewOf(store, name, settings.location.name)) === undefined)
        throw new BackupNotFoundError(name)
    } finally {
      await store.close()
    }
    throw error
  }
}

async function withStore<T>(settings: Settings, use: (store: ObjectStore) => Promise<T>): Promise<T> {
  const store = await openStore(settings.location)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

/** The record, or what is known of a run without one; undefined where the folder holds neither. */
async function viewOf(store: ObjectStore, name: string, location: string): Promise<BackupView | undefined> {
  const record = await readBackup(store, name)
  const backup = record ?? (await unfinished(store, name, location))
  if (backup === undefined) return undefined
  const note = backup.metadata.annotations?.[NOTE_ANNOTATION]
  return { backup, ...(note !== undefined && { note }) }
}

/** A run at work, a dead one, or a request that failed validation. Where a run ended with a record that is gone now, the backup was deleted. */
async function unfinished(store: ObjectStore, name: string, location: string): Promise<Backup | undefined> {
  const claim = await readDocument<NameClaim>(store, backupNameKey(name))
  if (claim === undefined) return undefined
  const { uid, backup, claimed } = claim.value
  const [outcome, lease] = await Promise.all([
    readOutcome(store, uid),
    readDocument<LeaseDocument>(store, runLeaseKey(uid)),
  ])
  if (outcome !== undefined) return outcome.backup.status?.phase === 'FailedValidation' ? outcome.backup : undefined
  const progress = lease?.value.progress
  const begun = defaultBackup(backup, { location, now: new Date(claimed) })
  return {
    ...begun,
    status: {
      ...begun.status,
      phase: 'InProgress',
      startTimestamp: timestamp(new Date(claimed)),
      ...(progress && { progress }),
    },
  }
}

async function inTurn<T, R>(values: readonly T[], atOnce: number, work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(values.length)
  let next = 0
  const worker = async () => {
    for (let at = next++; at < values.length; at = next++) results[at] = await work(values[at] as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, values.length) }, worker))
  return results
}
