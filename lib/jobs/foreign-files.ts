import { readDocument } from '../bucket/documents.ts'
import { runCheckpointKey } from '../bucket/layout.ts'
import { BACKUPS, folderOf, nameKey, RESTORES } from '../bucket/record-kinds.ts'
import type { NameClaim } from '../bucket/runs.ts'
import { type ObjectStore, StoreError } from '../store/types.ts'
import type { Backup } from '../velero/types.ts'
import type { BackupCheckpoint } from './checkpoint.ts'
import { inTurn } from './found-runs.ts'
import { AT_ONCE } from './read.ts'

/**
 * Folders of backups without a record that no request of ours has claimed, and uploads that no run of ours tells of: others
 * may be writing them. They are told of and left alone. A missing right to list uploads is a problem, and no more; so is a claim
 * that can't be read.
 */
export async function foreignFiles(
  store: ObjectStore,
  unrecorded: readonly string[],
  onDamaged: (error: unknown) => undefined,
): Promise<{ foreign: string[]; problems: string[] }> {
  const claims = await inTurn(unrecorded, AT_ONCE, async name => {
    try {
      const claim = await readDocument<NameClaim<Backup>>(store, nameKey(BACKUPS, name))
      return claim === undefined ? { folder: folderOf(BACKUPS, name) } : { uid: claim.value.uid }
    } catch (error) {
      return onDamaged(error)
    }
  })
  const folders = claims.flatMap(claim => claim?.folder ?? [])
  const uids = claims.flatMap(claim => claim?.uid ?? [])
  const uploads = await uploadsOf(store)
  if (typeof uploads === 'string') return { foreign: folders, problems: [uploads] }
  const ours = uploads.length === 0 ? new Set<string>() : await uploadsByCheckpoints(store, uids)
  const foreign = uploads.filter(({ uploadId }) => !ours.has(uploadId))
  return { foreign: [...folders, ...foreign.map(({ key, uploadId }) => `${key} (upload ${uploadId})`)], problems: [] }
}

/** Only where backups and restores lie; a location may share its bucket. */
async function uploadsOf(store: ObjectStore): Promise<{ key: string; uploadId: string }[] | string> {
  const found: { key: string; uploadId: string }[] = []
  try {
    for await (const { key, uploadId } of store.listUploads())
      if (key.startsWith(BACKUPS.prefix) || key.startsWith(RESTORES.prefix)) found.push({ key, uploadId })
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return `unfinished uploads can't be listed: ${error.message}`
  }
  return found
}

async function uploadsByCheckpoints(store: ObjectStore, uids: readonly string[]): Promise<Set<string>> {
  const ids = await inTurn(
    uids,
    AT_ONCE,
    async uid => (await readDocument<BackupCheckpoint>(store, runCheckpointKey(uid)))?.value.archive.uploadId,
  )
  return new Set(ids.filter(id => id !== undefined))
}
