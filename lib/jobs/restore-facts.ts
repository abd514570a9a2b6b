import { createHash } from 'node:crypto'
import { readJsonArray } from '../bucket/json-array.ts'
import type { RestoreFacts } from '../restore/facts.ts'
import { VOLUME_FILES } from '../restore/volume-files.ts'
import { VolumeRecords } from '../restore/volume-records.ts'
import { ObjectNotFoundError, type ObjectStore, StoreError } from '../store/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { gunzipped } from './read.ts'
import type { ClusterConfig } from './restore-config.ts'

/** What item actions know beside the item. */
export function actionContext(restore: Restore, config: ClusterConfig): RestoreFacts['actions'] {
  const mapping = new Map(Object.entries(restore.spec.namespaceMapping ?? {}))
  const { name, uid = '' } = restore.metadata
  return {
    restore: { name, uid },
    spec: restore.spec,
    targetNamespace: source => mapping.get(source) ?? source,
    storageClasses: new Map(Object.entries(config.storageClasses)),
    storageClassProblem: target => config.storageClassProblems[target],
    images: config.images,
    shortId: (namespace, object) => createHash('sha256').update(`${namespace}/${object}`).digest('hex').slice(0, 8),
  }
}

/** What the backup's files tell of contents of volumes. Throws StoreError for one that is damaged. */
export async function readVolumeRecords(store: ObjectStore, backup: string): Promise<VolumeRecords> {
  const records = new VolumeRecords()
  for (const [suffix, parse] of VOLUME_FILES) {
    const key = `backups/${backup}/${backup}-${suffix}`
    try {
      const { body } = await store.get(key)
      for await (const row of readJsonArray(gunzipped(body) as AsyncIterable<Buffer>)) {
        const record = parse(row)
        if (record !== undefined) records.add(record)
      }
    } catch (error) {
      // Which of them there are depends on the version that wrote the backup.
      if (error instanceof ObjectNotFoundError) continue
      if (!isDamage(error)) throw error
      throw new StoreError(
        `${JSON.stringify(key)} can't be read, so it is not known which volumes have data in the backup`,
        {
          code: 'DamagedDocument',
          next: 'Restore another backup, or take the file away to restore without regard to volumes.',
          cause: error,
        },
      )
    }
  }
  return records
}

function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || String((error as { code?: unknown }).code).startsWith('Z_')
}
