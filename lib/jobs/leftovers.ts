import { BACKUPS, folderOf } from '../bucket/record-kinds.ts'
import { abortUploads } from '../bucket/upload.ts'
import { type ObjectStore, StoreError } from '../store/types.ts'

// What a dead holder has left of a backup that has no record yet. Only the holder of the run's lease may touch it.

/** Throws StoreError where an object can't be deleted: nothing can be written in its place. */
export async function deleteObjects(store: ObjectStore, prefix: string, but: readonly string[]): Promise<void> {
  for await (const page of store.list(prefix)) {
    const keys = page.objects.map(object => object.key).filter(key => !but.includes(key))
    const [failure] = keys.length > 0 ? await store.delete(keys) : []
    if (failure === undefined) continue
    throw new StoreError(
      `${JSON.stringify(failure.key)}, left by a run that died, can't be deleted: ${failure.message}`,
      {
        code: failure.code,
        next: 'Allow deleting in the bucket, or choose another name for the backup.',
      },
    )
  }
}

/**
 * Ends the uploads but for the one that is gone on with. Answers what keeps them from being ended, such as a missing right
 * to list them, which Velero does not ask for.
 */
export async function endUploads(store: ObjectStore, name: string, kept?: string): Promise<string | undefined> {
  try {
    await abortUploads(store, folderOf(BACKUPS, name), kept)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.message
  }
  return undefined
}

/** Removes all that was written of a backup that is given up. */
export async function discardBackup(store: ObjectStore, name: string): Promise<void> {
  await deleteObjects(store, folderOf(BACKUPS, name), [])
  await endUploads(store, name)
}
