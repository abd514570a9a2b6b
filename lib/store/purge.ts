import type { DeleteFailure, ObjectStore, Purged } from './types.ts'

/** What ObjectStore.purge does in a store without versions. */
export async function* purgeListed(
  store: Pick<ObjectStore, 'list' | 'delete'>,
  keyOrFolder: string,
): AsyncGenerator<Purged> {
  if (!keyOrFolder.endsWith('/')) {
    yield removed(1, await store.delete([keyOrFolder]))
    return
  }
  for await (const { objects } of store.list(keyOrFolder)) {
    if (objects.length > 0) yield removed(objects.length, await store.delete(objects.map(({ key }) => key)))
  }
}

function removed(count: number, failures: DeleteFailure[]): Purged {
  return { removed: count - failures.length, kept: failures.map(failure => ({ ...failure, locked: false })) }
}
