import type { Settings } from '../../lib/config/types.ts'
import { AROUND, type Around } from '../../lib/jobs/around.ts'
import { collectGarbage, type GcOptions } from '../../lib/jobs/gc.ts'
import type { GcResult } from '../../lib/jobs/gc-types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import type { BackupStorageLocationSpec } from '../../lib/velero/types.ts'
import { keys } from './backups.ts'

export interface PutBackup {
  uid?: string
  phase?: string
  started?: string
  expiration?: string
  schedule?: string
  retention?: string
  cluster?: string
}

/** A record and some files of a backup, as small as can be. */
export async function putBackup(store: ObjectStore, name: string, more: PutBackup = {}): Promise<void> {
  const {
    uid = `uid-${name}`,
    phase = 'Completed',
    started = '2026-11-01T00:00:00Z',
    expiration,
    schedule,
    retention,
    cluster,
  } = more
  const annotations = {
    ...(retention && { 'lateen.io/retention': retention }),
    ...(cluster && { 'lateen.io/cluster': cluster }),
  }
  const record = {
    kind: 'Backup',
    apiVersion: 'velero.io/v1',
    metadata: {
      ...{ name, namespace: 'velero', uid },
      ...(schedule && { labels: { 'velero.io/schedule-name': schedule } }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {},
    status: { phase, startTimestamp: started, ...(expiration && { expiration }) },
  }
  await Promise.all(['.tar.gz', '-logs.gz'].map(file => store.put(`backups/${name}/${name}${file}`, 'x')))
  await store.put(`backups/${name}/velero-backup.json`, JSON.stringify(record))
}

/** As Lateen records a restore. */
export async function putRestore(
  store: ObjectStore,
  name: string,
  backupName: string,
  annotations?: Record<string, string>,
): Promise<void> {
  const metadata = { name, namespace: 'velero', uid: `uid-${name}`, ...(annotations && { annotations }) }
  const record = { kind: 'Restore', apiVersion: 'velero.io/v1', metadata, spec: { backupName }, status: {} }
  await store.put(`restores/${name}/restore-${name}-logs.gz`, 'x')
  await store.put(`restores/${name}/velero-restore.json`, JSON.stringify(record))
}

export function collect(
  store: ObjectStore,
  options: GcOptions & { retention?: string; accessMode?: BackupStorageLocationSpec['accessMode'] } = {},
  { notifications, ...around }: Partial<Around> & Pick<Settings, 'notifications'> = {},
): Promise<GcResult> {
  const { retention, accessMode, ...rest } = options
  const spec = { provider: 'aws', objectStorage: { bucket: 'b' }, ...(accessMode && { accessMode }) }
  const location = { name: 'default', spec, ...(retention && { retention }) }
  const all = { ...AROUND, openStore: async () => store, ...around }
  return collectGarbage({ location, ...(notifications && { notifications }) }, rest, all)
}

/** What lies in a store but for the accounts and the lease of collections. */
export async function remaining(store: ObjectStore): Promise<string[]> {
  const all = await keys(store)
  return all.filter(key => !key.startsWith('metadata/lateen/gc/') && !key.startsWith('metadata/lateen/runs/gc/'))
}
