import { createHash } from 'node:crypto'
import { readJsonArray } from '../bucket/json-array.ts'
import type { RestoreFacts } from '../restore/facts.ts'
import { VOLUME_FILES } from '../restore/volume-files.ts'
import { VolumeRecords } from '../restore/volume-records.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { gunzipped, isDamage } from './read.ts'
import type { ClusterConfig } from './restore-config.ts'

/** What item actions know beside the item. */
export function actionContext(
  restore: Restore,
  config: ClusterConfig,
  restoredClasses: ReadonlySet<string>,
): RestoreFacts['actions'] {
  const mapping = new Map(Object.entries(restore.spec.namespaceMapping ?? {}))
  const { name, uid = '' } = restore.metadata
  return {
    restore: { name, uid },
    spec: restore.spec,
    targetNamespace: source => mapping.get(source) ?? source,
    storageClasses: new Map(Object.entries(config.storageClasses)),
    storageClassProblem: target => (restoredClasses.has(target) ? undefined : config.storageClassProblems[target]),
    images: config.images,
    shortId: (namespace, object) => createHash('sha256').update(`${namespace}/${object}`).digest('hex').slice(0, 8),
  }
}

/** What the backup's files tell of contents of volumes; `problems`: those that can't be read, and what that means. */
export async function readVolumeRecords(
  store: ObjectStore,
  backup: string,
): Promise<{ records: VolumeRecords; problems: string[] }> {
  const records = new VolumeRecords()
  const problems: string[] = []
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
      problems.push(
        `${JSON.stringify(key)} is damaged: which volumes have data in the backup is not known, and not told; look into the backup's location before claims are used`,
      )
    }
  }
  return { records, problems }
}
