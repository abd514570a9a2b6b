import { backupArchiveKey } from '../bucket/layout.ts'
import type { ObjectStore } from '../store/types.ts'

/** A store that tells how many bytes of a backup's archive are asked of it. Some of them may not be read in the end. */
export function meteredArchive(store: ObjectStore, backup: string, tell: (bytes: number) => void): ObjectStore {
  const archive = backupArchiveKey(backup)
  const get: ObjectStore['get'] = async (key, range) => {
    const found = await store.get(key, range)
    if (key === archive)
      tell(Math.min(range?.end ?? Number.POSITIVE_INFINITY, found.size - 1) + 1 - (range?.start ?? 0))
    return found
  }
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'get') return get
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
