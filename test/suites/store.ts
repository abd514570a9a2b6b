import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTopLevel } from '../../lib/store/top-level.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { conditionsSuite } from './store/conditions.ts'
import { largeSuite } from './store/large.ts'
import { listsSuite } from './store/lists.ts'
import { objectsSuite } from './store/objects.ts'
import { purgeSuite } from './store/purge.ts'
import { uploadsSuite } from './store/uploads.ts'

export interface OpenStore {
  store: ObjectStore
  close: () => Promise<void>
}

/** What every object store promises. `open` answers an empty store each time. */
export function storeSuite(name: string, open: () => Promise<OpenStore>): void {
  describe(name, () => {
    let opened: OpenStore
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      await opened.close()
    })
    const current = {
      get store() {
        return opened.store
      },
    }

    objectsSuite(current)
    conditionsSuite(current)
    listsSuite(current)
    uploadsSuite(current)
    purgeSuite(current)
    largeSuite(current)

    it('names the top-level folders that Velero does not know', async () => {
      const fresh = await open()
      try {
        expect(await checkTopLevel(fresh.store)).toEqual([])
        for (const key of ['backups/b/x', 'metadata/lateen/runs/r', 'kopia/x/y', 'loose-object'])
          await fresh.store.put(key, '')
        expect(await checkTopLevel(fresh.store)).toEqual([])
        for (const key of ['photos/1', 'Backups/b']) await fresh.store.put(key, '')
        expect(await checkTopLevel(fresh.store)).toEqual(['Backups', 'photos'])
      } finally {
        await fresh.close()
      }
    })
  })
}
