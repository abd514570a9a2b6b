import { describe, expect, it } from 'vitest'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { type CurrentStore, keysBelow } from './helpers.ts'

async function purge(store: ObjectStore, keyOrFolder: string) {
  const pages = await Array.fromAsync(store.purge(keyOrFolder))
  return { removed: pages.reduce((sum, page) => sum + page.removed, 0), kept: pages.flatMap(page => page.kept) }
}

export function purgeSuite(current: CurrentStore): void {
  describe('what is purged', () => {
    it('of a folder is all that lies in it, and nothing beside it', async () => {
      const { store } = current
      const inside = ['purge/a/1', 'purge/a/2', 'purge/a/b/3', 'purge/a/with space+%']
      const beside = ['purge/a2/1', 'purge/b']
      for (const key of [...inside, ...beside]) await store.put(key, 'x')
      expect(await purge(store, 'purge/a/')).toEqual({ removed: inside.length, kept: [] })
      expect(await keysBelow(store, 'purge/')).toEqual(beside)
      expect(await purge(store, 'purge/a/')).toEqual({ removed: 0, kept: [] })
    })

    it('of a key is that object alone', async () => {
      const { store } = current
      for (const key of ['purge-key/x', 'purge-key/x.gz']) await store.put(key, '1')
      await store.put('purge-key/x', '2')
      expect((await purge(store, 'purge-key/x')).kept).toEqual([])
      expect(await keysBelow(store, 'purge-key/')).toEqual(['purge-key/x.gz'])
    })
  })
}
