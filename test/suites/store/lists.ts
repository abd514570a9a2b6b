import { beforeAll, describe, expect, it } from 'vitest'
import { absent, type CurrentStore, inByteOrder, keysBelow, level, read } from './helpers.ts'

export function listsSuite(current: CurrentStore): void {
  describe('lists', () => {
    const keys = ['a-b', 'a.b', 'a/b', 'a/b-c', 'a/b/c', 'a0', 'b/x/1', 'b/x/2', 'b/y', 'z', 'é', '😀', '\uff5e'].map(
      key => `lists/${key.replace(/^a\/b$/, 'a/a')}`,
    )
    beforeAll(async () => {
      await Promise.all(keys.map(key => current.store.put(key, 'x')))
    })

    it('gives keys in the order of their UTF-8 bytes', async () => {
      expect(await keysBelow(current.store, 'lists/')).toEqual(inByteOrder(keys))
    })

    it('folds at the delimiter', async () => {
      expect(await level(current.store, 'lists/')).toMatchObject({
        keys: inByteOrder(keys.filter(key => key.split('/').length === 2)),
        prefixes: ['lists/a/', 'lists/b/'],
      })
      expect(await level(current.store, 'lists/b/')).toMatchObject({ keys: ['lists/b/y'], prefixes: ['lists/b/x/'] })
      expect(await level(current.store, 'lists/b')).toMatchObject({ keys: [], prefixes: ['lists/b/'] })
    })

    it('takes a prefix that ends within a name', async () => {
      expect(await keysBelow(current.store, 'lists/a')).toEqual(
        inByteOrder(keys.filter(key => key.startsWith('lists/a'))),
      )
      expect(await keysBelow(current.store, 'lists/a/b')).toEqual(['lists/a/b-c', 'lists/a/b/c'])
      expect(await keysBelow(current.store, 'lists/nothing')).toEqual([])
      expect(await keysBelow(current.store, 'nothing/at/all/')).toEqual([])
    })

    it('tells sizes and etags that head tells, too', async () => {
      await current.store.put('lists-info/x', 'four')
      for await (const page of current.store.list('lists-info/')) {
        for (const object of page.objects) {
          const head = await current.store.head(object.key)
          expect(object).toMatchObject({ key: 'lists-info/x', size: 4, etag: head?.etag })
        }
      }
    })

    it('pages through more than 1,000 keys and deletes them in batches', async () => {
      const many = Array.from({ length: 2345 }, (_, n) => `many/${String(n).padStart(5, '0')}`)
      await Promise.all(
        Array.from({ length: 20 }, async (_, worker) => {
          for (let n = worker; n < many.length; n += 20) await current.store.put(many[n] ?? '', '')
        }),
      )
      expect(await keysBelow(current.store, 'many/')).toEqual(many)
      const folded = await level(current.store, 'many/')
      expect(folded.keys).toEqual(many)
      expect(folded.pages).toBeGreaterThan(1)
      for await (const page of current.store.list('many/')) {
        expect(page.objects.length).toBeLessThanOrEqual(1000)
        break
      }
      expect(await current.store.delete([...many, 'many/absent'])).toEqual([])
      expect(await keysBelow(current.store, 'many/')).toEqual([])
    }, 60_000)
  })

  describe('deletions', () => {
    it('counts an absent key as deleted', async () => {
      expect(await current.store.delete([])).toEqual([])
      expect(await current.store.delete(['deletions/absent', 'deletions/also/absent'])).toEqual([])
    })

    it('deletes what is named and nothing beside it', async () => {
      await Promise.all(['deletions/a', 'deletions/a-b', 'deletions/b/c'].map(key => current.store.put(key, 'x')))
      expect(await current.store.delete(['deletions/a', 'deletions/b'])).toEqual([])
      expect(await keysBelow(current.store, 'deletions/')).toEqual(['deletions/a-b', 'deletions/b/c'])
    })

    it('leaves no folder behind', async () => {
      await current.store.put('deletions-deep/a/b/c', 'x')
      await current.store.delete(['deletions-deep/a/b/c'])
      expect((await level(current.store, '')).prefixes).not.toContain('deletions-deep/')
      await current.store.put('deletions-deep', 'now a key of its own')
      expect(await read(current.store, 'deletions-deep')).toBe('now a key of its own')
    })

    it('lets others write in a folder that empties at the same time', async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, who) => {
          for (let turn = 0; turn < 15; turn++) {
            const key = `deletions/busy/folder/${who}`
            await current.store.put(key, `${turn}`, absent)
            expect(await read(current.store, key)).toBe(`${turn}`)
            expect(await current.store.delete([key])).toEqual([])
          }
        }),
      )
      expect(await keysBelow(current.store, 'deletions/busy/')).toEqual([])
    })

    it('can be repeated by many at the same time', async () => {
      await current.store.put('deletions/shared', 'x')
      const failures = await Promise.all(Array.from({ length: 8 }, () => current.store.delete(['deletions/shared'])))
      expect(failures.flat()).toEqual([])
      expect(await current.store.head('deletions/shared')).toBeUndefined()
    })
  })
}
