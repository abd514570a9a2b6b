import { readIntent } from '../bucket/deletions.ts'
import {
  backupArchiveKey,
  backupCsiVolumeSnapshotContentsKey,
  backupCsiVolumeSnapshotsKey,
  backupItemOperationsKey,
  backupPodVolumeBackupsKey,
  backupResourceListKey,
  backupResultsKey,
  backupVolumeInfoKey,
  backupVolumeSnapshotsKey,
  restoreItemOperationsKey,
  restoreResourceListKey,
  restoreResultsKey,
  restoreVolumeInfoKey,
} from '../bucket/layout.ts'
import { BACKUPS, folderOf, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import type { LocationSettings, Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import type { BackupStatus } from '../velero/types.ts'
import type { RestoreStatus } from '../velero/types-restore.ts'
import {
  legacyClaimOf,
  legacyContentOf,
  legacySnapshotOf,
  operationOf,
  podVolumeOf,
  restoredSnapshotOf,
  resultsOf,
  snapshotOf,
} from './artifact-rows.ts'
import { artifact, readJson, readListing, readRows } from './artifacts.ts'
import type { OpenStore } from './dropped.ts'
import { placeOf } from './read-restores.ts'
import type { BackupView, RestoreView } from './types.ts'
import type {
  Artifact,
  BackupDescription,
  CsiSnapshot,
  Description,
  FolderSize,
  RestoreDescription,
  VolumeSnapshots,
} from './types-describe.ts'

export interface DescribeOptions {
  /** Also what grows with the number of objects. */
  details: boolean
}

/** So many are read before they are asked for. */
const AHEAD = 4

/**
 * What the bucket tells of each of these backups, in their order; the store stays open, for lists of resources, until the
 * next one is asked for. Needs no right to write. What can't be read of one is told in its description.
 */
export function describeBackups(
  { location }: Settings,
  views: readonly BackupView[],
  options: DescribeOptions,
  open: OpenStore = openStore,
): AsyncGenerator<BackupDescription> {
  return described(location, views, (store, view) => describeBackup(store, view, options), open)
}

/** The same of restores. */
export function describeRestores(
  settings: Settings,
  views: readonly RestoreView[],
  options: DescribeOptions,
  open: OpenStore = openStore,
): AsyncGenerator<RestoreDescription> {
  return described(placeOf(settings), views, (store, view) => describeRestore(store, view, options), open)
}

async function* described<View, Told>(
  location: LocationSettings,
  views: readonly View[],
  describe: (store: ObjectStore, view: View) => Promise<Told>,
  open: OpenStore,
): AsyncGenerator<Told> {
  if (views.length === 0) return
  const store = await open(location)
  try {
    const begun: Promise<Told>[] = []
    const begin = (view: View) => {
      const told = describe(store, view)
      // Its failure is told when its turn comes.
      told.catch(() => {})
      begun.push(told)
    }
    views.slice(0, AHEAD).forEach(begin)
    for (let at = AHEAD; begun.length > 0; at++) {
      yield (await begun.shift()) as Told
      views.slice(at, at + 1).forEach(begin)
    }
  } finally {
    await store.close()
  }
}

async function describeBackup(
  store: ObjectStore,
  view: BackupView,
  { details }: DescribeOptions,
): Promise<BackupDescription> {
  const { metadata, status = {} } = view.backup
  const { name } = metadata
  const operations = (status.backupItemOperationsAttempted ?? 0) > 0
  const [parts, volumes, podVolumes, resourceList] = await Promise.all([
    describeParts(store, BACKUPS, name, status, {
      results: backupResultsKey(name),
      ...(details && operations && { operations: backupItemOperationsKey(name) }),
    }),
    artifact(() => readSnapshots(store, name, status)),
    artifact(() => readRows(store, backupPodVolumeBackupsKey(name), podVolumeOf)),
    details ? artifact(() => readListing(store, backupResourceListKey(name))) : undefined,
  ])
  return { view, ...parts, volumes, podVolumes, ...(resourceList && { resourceList }) }
}

async function describeRestore(
  store: ObjectStore,
  view: RestoreView,
  { details }: DescribeOptions,
): Promise<RestoreDescription> {
  const { metadata, status = {} } = view.restore
  const { name } = metadata
  const operations = (status.restoreItemOperationsAttempted ?? 0) > 0
  const [parts, snapshots, resourceList] = await Promise.all([
    describeParts(store, RESTORES, name, status, {
      results: restoreResultsKey(name),
      ...(details && operations && { operations: restoreItemOperationsKey(name) }),
    }),
    artifact(() => readRows(store, restoreVolumeInfoKey(name), restoredSnapshotOf)),
    artifact(() => readListing(store, restoreResourceListKey(name))),
  ])
  return { view, ...parts, snapshots, resourceList }
}

/** What is read in the same way of both kinds. */
async function describeParts(
  store: ObjectStore,
  kind: RecordKind<Recorded>,
  name: string,
  { errors = 0, warnings = 0 }: Pick<BackupStatus | RestoreStatus, 'errors' | 'warnings'>,
  keys: { results: string; operations?: string },
): Promise<Description> {
  const [results, operations, deletion, folder] = await Promise.all([
    errors > 0 || warnings > 0 ? artifact(async () => resultsOf(await readJson(store, keys.results))) : undefined,
    keys.operations === undefined ? undefined : artifact(() => readRows(store, keys.operations ?? '', operationOf)),
    artifact(async () => (await readIntent(store, kind, name))?.value),
    artifact(() => folderSize(store, kind, name)),
  ])
  return {
    ...(results && { results }),
    ...(operations && { operations }),
    ...(isThere(deletion) && { deletion }),
    folder,
  }
}

function isThere<T>(found: Artifact<T | undefined>): found is Artifact<T> {
  return found.is !== 'read' || found.value !== undefined
}

async function folderSize(store: ObjectStore, kind: RecordKind<Recorded>, name: string): Promise<FolderSize> {
  const size: FolderSize = { files: 0, bytes: 0 }
  for await (const { objects } of store.list(folderOf(kind, name)))
    for (const object of objects) {
      size.files++
      size.bytes += object.size
      if (object.key === backupArchiveKey(name)) size.archiveBytes = object.size
    }
  return size
}

async function readSnapshots(store: ObjectStore, name: string, status: BackupStatus): Promise<VolumeSnapshots> {
  const found: VolumeSnapshots = { native: [], csi: [], legacy: false }
  try {
    for (const snapshot of await readRows(store, backupVolumeInfoKey(name), snapshotOf))
      if ('native' in snapshot) found.native.push(snapshot.native)
      else found.csi.push(snapshot.csi)
    return found
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error
  }
  // Before 1.13 there were files for each way of taking snapshots.
  const [native, csi] = await Promise.all([
    (status.volumeSnapshotsAttempted ?? 0) > 0
      ? readRows(store, backupVolumeSnapshotsKey(name), legacySnapshotOf)
      : found.native,
    (status.csiVolumeSnapshotsAttempted ?? 0) > 0 ? readLegacyCsi(store, name) : found.csi,
  ])
  return { native, csi, legacy: true }
}

async function readLegacyCsi(store: ObjectStore, name: string): Promise<CsiSnapshot[]> {
  const [contents, claims] = await Promise.all([
    readRows(store, backupCsiVolumeSnapshotContentsKey(name), legacyContentOf),
    readRows(store, backupCsiVolumeSnapshotsKey(name), legacyClaimOf),
  ])
  const claimOf = new Map(claims.map(({ content, claim }) => [content, claim]))
  return contents.map(content => ({
    claim: claimOf.get(content.content) ?? '/<PVC name not found>',
    result: '',
    local: { operation: '', ...content },
  }))
}
