import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DamagedDocumentError } from '../bucket/documents.ts'
import { backupArchiveKey, backupLogKey } from '../bucket/layout.ts'
import { BACKUPS } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { BackupArchiveMissingError } from '../bucket/source/errors.ts'
import type { LocationSettings, Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { NOTE_ANNOTATION } from '../velero/annotations.ts'
import { defaultBackup } from '../velero/defaults.ts'
import type { LateenError } from '../velero/errors.ts'
import { InvalidRecordError } from '../velero/schema.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import { BackupNotFoundError } from './errors.ts'
import { findRun, inTurn, knownNames, withStore } from './found-runs.ts'
import type { BackupView } from './types.ts'

/** Records that are read at the same time. */
export const AT_ONCE = 16

export interface ViewOptions {
  /** Also ask how large each archive is: one request more for each. */
  sizes?: boolean
}

/**
 * Every backup of the location, by name: records of any writer, and runs of ours that have none yet. Needs no right to
 * write. One that can't be read hides no other: it is left out, and `onDamaged` is told.
 */
export async function listBackups(
  { location }: Pick<Settings, 'location'>,
  onDamaged: (error: LateenError) => void,
  { sizes = false }: ViewOptions = {},
  open: OpenStore = openStore,
): Promise<BackupView[]> {
  const read = async (store: ObjectStore) => {
    const views = await inTurn(await knownNames(store, BACKUPS), AT_ONCE, name =>
      viewOf(store, name, location, sizes).catch(error => tellDamaged(error, onDamaged)),
    )
    return views.filter(view => view !== undefined)
  }
  return withStore(location, read, open)
}

/** Of one of many: what can't be read is told, anything else is thrown. */
export function tellDamaged(error: unknown, onDamaged: (error: LateenError) => void): undefined {
  if (!(error instanceof InvalidRecordError || error instanceof DamagedDocumentError)) throw error
  onDamaged(error)
  return undefined
}

/** Throws BackupNotFoundError. */
export async function getBackup(
  { location }: Settings,
  name: string,
  { sizes }: ViewOptions = {},
  open: OpenStore = openStore,
): Promise<BackupView> {
  const read = async (store: ObjectStore) => {
    const view = await viewOf(store, name, location, sizes)
    if (view === undefined) throw new BackupNotFoundError(name)
    return view
  }
  return withStore(location, read, open)
}

/** The log's text. Throws BackupNotFoundError, or ObjectNotFoundError where the backup has none. */
export function openBackupLogs(settings: Settings, name: string): Promise<Readable> {
  return openFile(settings.location, backupLogKey(name), gunzipped, store => refuseUnknown(settings, store, name))
}

/** The .tar.gz as it lies in the bucket. Throws BackupNotFoundError, BackupArchiveMissingError. */
export function openBackupArchive(settings: Settings, name: string): Promise<Readable> {
  const same = (body: Readable) => body
  const key = backupArchiveKey(name)
  return openFile(settings.location, key, same, async store => {
    await refuseUnknown(settings, store, name)
    throw new BackupArchiveMissingError(name, key)
  })
}

/** Whether what was read is no gzip file, or no JSON: not that it could not be read. */
export function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || String((error as { code?: unknown } | undefined)?.code).startsWith('Z_')
}

export function gunzipped(body: Readable): Readable {
  return pipeline(body, createGunzip(), () => {})
}

/** A file as a stream that closes its store at its end. Where it is missing, `missing` may throw what is wrong instead. */
export async function openFile(
  location: LocationSettings,
  key: string,
  through: (body: Readable) => Readable,
  missing: (store: ObjectStore) => Promise<void>,
): Promise<Readable> {
  const store = await openStore(location)
  try {
    const body = through((await store.get(key)).body)
    body.once('close', () => void store.close())
    return body
  } catch (error) {
    try {
      if (error instanceof ObjectNotFoundError) await missing(store)
    } finally {
      await store.close()
    }
    throw error
  }
}

async function refuseUnknown({ location }: Settings, store: ObjectStore, name: string): Promise<void> {
  if ((await viewOf(store, name, location)) === undefined) throw new BackupNotFoundError(name)
}

/** The record, or what is known of a run without one; undefined where the folder holds neither. */
async function viewOf(
  store: ObjectStore,
  name: string,
  location: LocationSettings,
  sizes = false,
): Promise<BackupView | undefined> {
  const [record, archive] = await Promise.all([
    readRecord(store, BACKUPS, name),
    sizes ? store.head(backupArchiveKey(name)) : undefined,
  ])
  const view = record === undefined ? await withoutRecord(store, name, location) : { backup: record }
  if (view === undefined) return undefined
  const note = view.backup.metadata.annotations?.[NOTE_ANNOTATION]
  return { ...view, ...(note !== undefined && { note }), ...(archive && { archiveBytes: archive.size }) }
}

/** A run, or one that has ended since we looked. */
async function withoutRecord(
  store: ObjectStore,
  name: string,
  location: LocationSettings,
): Promise<BackupView | undefined> {
  const run = await unfinished(store, name, location)
  if (run !== undefined) return run
  const backup = await readRecord(store, BACKUPS, name)
  return backup && { backup }
}

async function unfinished(
  store: ObjectStore,
  name: string,
  { name: location, retention }: LocationSettings,
): Promise<BackupView | undefined> {
  const run = await findRun(store, BACKUPS, name)
  if (run === undefined) return undefined
  const { claim, progress, lease, refused } = run
  if (refused !== undefined) return { backup: refused }
  const begun = defaultBackup(claim.request, { location, retention, now: new Date(claim.claimed) })
  const backup: Backup = {
    ...begun,
    status: {
      ...begun.status,
      phase: 'InProgress',
      startTimestamp: timestamp(new Date(claim.claimed)),
      ...(progress && { progress }),
    },
  }
  return { backup, unfinished: { uid: claim.uid, ...(lease && { lease }) } }
}
