import type { Readable } from 'node:stream'
import { restoreLogKey, restoreResultsKey } from '../bucket/layout.ts'
import { folderOf, RESTORES } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { lines } from '../bucket/segments.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import type { LateenError } from '../velero/errors.ts'
import { parseLogLine } from '../velero/log-line.ts'
import type { Result, Results } from '../velero/results.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { OpenStore } from './dropped.ts'
import { RestoreNotFoundError } from './errors.ts'
import { findRun, inTurn, knownNames, withStore } from './found-runs.ts'
import { AT_ONCE, gunzipped, isDamage, openFile, tellDamaged } from './read.ts'
import type { RestoreView } from './types.ts'

/**
 * Every restore that is recorded for the location, by name: ours, those that have no record yet, and Velero's, which
 * leaves none. One that can't be read hides no other: it is left out, and `onDamaged` is told.
 */
export function listRestores(
  settings: Settings,
  onDamaged: (error: LateenError) => void,
  open: OpenStore = openStore,
): Promise<RestoreView[]> {
  const read = async (store: ObjectStore) => {
    const views = await inTurn(await knownNames(store, RESTORES), AT_ONCE, name =>
      viewOf(store, name).catch(error => tellDamaged(error, onDamaged)),
    )
    return views.filter(view => view !== undefined)
  }
  return withStore(placeOf(settings), read, open)
}

/** Throws RestoreNotFoundError. */
export function getRestore(settings: Settings, name: string, open: OpenStore = openStore): Promise<RestoreView> {
  const read = async (store: ObjectStore) => {
    const view = await viewOf(store, name)
    if (view === undefined) throw new RestoreNotFoundError(name)
    return view
  }
  return withStore(placeOf(settings), read, open)
}

/** The log's text. Throws RestoreNotFoundError, or ObjectNotFoundError where the restore has none. */
export function openRestoreLogs(settings: Settings, name: string): Promise<Readable> {
  return openFile(placeOf(settings), restoreLogKey(name), gunzipped, async store => {
    if ((await viewOf(store, name)) === undefined) throw new RestoreNotFoundError(name)
  })
}

/** Where restores from a location are recorded. */
export function placeOf({ location, results = location }: Settings): Settings['location'] {
  return results
}

async function viewOf(store: ObjectStore, name: string): Promise<RestoreView | undefined> {
  const record = await readRecord(store, RESTORES, name)
  if (record !== undefined) return { restore: record }
  const run = await findRun(store, RESTORES, name)
  if (run === undefined) {
    // It may have ended since we looked.
    const ended = await readRecord(store, RESTORES, name)
    return ended === undefined ? unrecorded(store, name) : { restore: ended }
  }
  const { claim, progress, lease, refused } = run
  if (refused !== undefined) return { restore: refused }
  const startTimestamp = timestamp(new Date(claim.claimed))
  const status = { phase: 'InProgress' as const, startTimestamp, ...(progress && { progress }) }
  const metadata = { creationTimestamp: startTimestamp, ...claim.request.metadata }
  const unfinished = { uid: claim.uid, ...(lease && { lease }) }
  return { restore: { ...claim.request, metadata, status }, unfinished }
}

/** A restore by Velero: its log tells of what and when, its results whether all was restored. */
async function unrecorded(store: ObjectStore, name: string): Promise<RestoreView | undefined> {
  const [results, log] = await Promise.all([readResults(store, name), readLog(store, name)])
  if (results === undefined && log === undefined && !(await hasFiles(store, name))) return undefined
  const { namespace, backupName, begun, ended } = log ?? {}
  const [errors, warnings] = [count(results?.errors), count(results?.warnings)]
  const restore: Restore = {
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: { name, ...(namespace && { namespace }) },
    spec: { ...(backupName && { backupName }) },
    status: {
      ...(begun && { startTimestamp: timestamp(begun) }),
      ...(ended && { completionTimestamp: timestamp(ended) }),
      ...(results && { errors, warnings, phase: errors > 0 ? 'PartiallyFailed' : 'Completed' }),
    },
  }
  return { restore, unrecorded: true }
}

/** Of a log: the backup's name, and the times of its first and last line. */
interface LogFacts {
  namespace?: string
  backupName?: string
  begun?: Date
  ended?: Date
}

/** The line of a restore's log, by any Velero, that names its backup. */
export const SOURCE = /^[Ss]tarting restore of backup ([^/]+)\/(.+)$/

async function readLog(store: ObjectStore, name: string): Promise<LogFacts | undefined> {
  const facts: LogFacts = {}
  try {
    const { body } = await store.get(restoreLogKey(name))
    for await (const line of lines(gunzipped(body) as AsyncIterable<Buffer>)) {
      const entry = parseLogLine(line)
      if (entry === undefined) continue
      facts.begun ??= entry.time
      facts.ended = entry.time
      const [, namespace, backupName] = SOURCE.exec(entry.message) ?? []
      if (namespace !== undefined && backupName !== undefined) Object.assign(facts, { namespace, backupName })
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    if (!isDamage(error)) throw error
  }
  return facts
}

async function readResults(store: ObjectStore, name: string): Promise<Results | undefined> {
  try {
    const { body } = await store.get(restoreResultsKey(name))
    return JSON.parse(Buffer.concat(await Array.fromAsync(gunzipped(body))).toString('utf8')) as Results
  } catch (error) {
    if (error instanceof ObjectNotFoundError || isDamage(error)) return undefined
    throw error
  }
}

async function hasFiles(store: ObjectStore, name: string): Promise<boolean> {
  for await (const { objects } of store.list(folderOf(RESTORES, name))) if (objects.length > 0) return true
  return false
}

function count({ velero = [], cluster = [], namespaces = {} }: Result = {}): number {
  return velero.length + cluster.length + Object.values(namespaces).reduce((sum, list) => sum + list.length, 0)
}
