import { gzipSync } from 'node:zlib'
import {
  backupItemOperationsKey,
  backupPodVolumeBackupsKey,
  backupRecordKey,
  backupResourceListKey,
  backupResultsKey,
  backupVolumeInfoKey,
  restoreItemOperationsKey,
  restoreRecordKey,
  restoreResourceListKey,
  restoreResultsKey,
  restoreVolumeInfoKey,
  runLeaseKey,
  runOutcomeKey,
} from '../../../lib/bucket/layout.ts'
import { BACKUPS, nameKey, RESTORES } from '../../../lib/bucket/record-kinds.ts'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { describeBackups, describeRestores } from '../../../lib/jobs/describe.ts'
import { getBackup, listBackups } from '../../../lib/jobs/read.ts'
import { getRestore, listRestores } from '../../../lib/jobs/read-restores.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { serialiseRecord } from '../../../lib/velero/serialise.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'

/** The jobs that read a bucket, on a store that is there. */
export function reading(store: ObjectStore): Partial<Jobs> {
  // One that is used again after the job.
  const open = async () =>
    new Proxy(store, { get: (of, name) => (name === 'close' ? async () => {} : method(of, name)) })
  return {
    listBackups: (settings, onDamaged) => listBackups(settings, onDamaged, {}, open),
    getBackup: (settings, name) => getBackup(settings, name, {}, open),
    describeBackups: (settings, views, options) => describeBackups(settings, views, options, open),
    listRestores: (settings, onDamaged) => listRestores(settings, onDamaged, open),
    getRestore: (settings, name) => getRestore(settings, name, open),
    describeRestores: (settings, views, options) => describeRestores(settings, views, options, open),
  }
}

function method(of: ObjectStore, name: string | symbol): unknown {
  const found: unknown = Reflect.get(of, name)
  return typeof found === 'function' ? found.bind(of) : found
}

/** Where each file of a backup or restore lies, by the name that Velero's download requests have for it. */
export const ARTIFACTS: Record<string, (name: string) => string> = {
  BackupResults: backupResultsKey,
  BackupResourceList: backupResourceListKey,
  BackupVolumeInfos: backupVolumeInfoKey,
  BackupItemOperations: backupItemOperationsKey,
  PodVolumeBackups: backupPodVolumeBackupsKey,
  RestoreResults: restoreResultsKey,
  RestoreResourceList: restoreResourceListKey,
  RestoreVolumeInfo: restoreVolumeInfoKey,
  RestoreItemOperations: restoreItemOperationsKey,
}

export async function putArtifact(store: ObjectStore, kind: string, name: string, value: unknown): Promise<void> {
  const key = ARTIFACTS[kind]
  if (key === undefined) throw new Error(`${kind} is no file of a backup`)
  await store.put(key(name), gzipSync(typeof value === 'string' ? value : JSON.stringify(value)))
}

export async function putRecord(store: ObjectStore, record: Backup | Restore): Promise<void> {
  const { name } = record.metadata
  await store.put(record.kind === 'Backup' ? backupRecordKey(name) : restoreRecordKey(name), serialiseRecord(record))
}

/** A run without a record: one that goes on, or, where it has a phase, one that ended in it. */
export async function putRun(
  store: ObjectStore,
  object: Backup | Restore,
  { claimed, lease }: { claimed: string; lease?: { owner: string; expires: string; progress?: object } },
): Promise<void> {
  const { status, ...request } = object
  const { name } = object.metadata
  const uid = `run-${name}`
  const key = object.kind === 'Backup' ? nameKey(BACKUPS, name) : nameKey(RESTORES, name)
  await store.put(key, JSON.stringify({ uid, claimed, request }))
  if (lease) await store.put(runLeaseKey(uid), JSON.stringify({ uid, epoch: 1, takeovers: 0, ...lease }))
  if (status?.phase === 'FailedValidation')
    await store.put(runOutcomeKey(uid), JSON.stringify({ uid, name, record: object, errors: [], warnings: [] }))
}
