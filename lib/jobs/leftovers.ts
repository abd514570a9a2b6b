import { abortUploads } from '../bucket/upload.ts'
import { type ObjectStore, StoreError } from '../store/types.ts'

// What a dead holder has left of a backup or restore that has no record yet. Only the holder of the run's lease may touch it.

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
        next: 'Allow deleting in the bucket, or choose another name.',
      },
    )
  }
}

/**
 * Ends the uploads but for the one that is gone on with. Answers what keeps them from being ended, such as a missing right
 * to list them, which Velero does not ask for.
 */
export async function endUploads(store: ObjectStore, folder: string, kept?: string): Promise<string | undefined> {
  try {
    await abortUploads(store, folder, kept)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return error.message
  }
  return undefined
}

/** Removes all that was written into a folder. Answers as endUploads does. */
export async function discard(store: ObjectStore, folder: string): Promise<string | undefined> {
  await deleteObjects(store, folder, [])
  return endUploads(store, folder)
}
