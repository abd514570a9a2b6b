import { buffer, text } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { ObjectNotFoundError, StoreError } from '../../../lib/store/types.ts'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { type CurrentStore, inByteOrder, keysBelow, read } from './helpers.ts'

export function objectsSuite(current: CurrentStore): void {
  describe('objects', () => {
    it('answers what was put, with its size, etag and time', async () => {
      const { etag } = await current.store.put('objects/a.txt', 'hello')
      const stored = await current.store.get('objects/a.txt')
      expect(await text(stored.body)).toBe('hello')
      expect(stored).toMatchObject({ key: 'objects/a.txt', size: 5, etag })
      expect(Math.abs(stored.lastModified.getTime() - Date.now())).toBeLessThan(60_000)
      const { body: _, ...info } = stored
      expect(await current.store.head('objects/a.txt')).toEqual(info)
    })

    it('keeps every byte value, and the empty object', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
      await current.store.put('objects/bytes', bytes)
      expect(await buffer((await current.store.get('objects/bytes')).body)).toEqual(bytes)
      await current.store.put('objects/empty', '')
      expect(await read(current.store, 'objects/empty')).toBe('')
      expect(await current.store.head('objects/empty')).toMatchObject({ size: 0 })
    })

    it('replaces an object whole, with another etag', async () => {
      const first = await current.store.put('objects/replaced', 'a long first version')
      const second = await current.store.put('objects/replaced', 'short')
      expect(await read(current.store, 'objects/replaced')).toBe('short')
      expect(second.etag).not.toBe(first.etag)
      expect((await current.store.head('objects/replaced'))?.etag).toBe(second.etag)
    })

    it('has no head for an absent key and refuses to get it', async () => {
      expect(await current.store.head('objects/absent')).toBeUndefined()
      await expect(current.store.get('objects/absent')).rejects.toThrow(ObjectNotFoundError)
      expect(await current.store.head('objects/a.txt.gz')).toBeUndefined()
      await expect(current.store.get('objects')).rejects.toThrow(ObjectNotFoundError)
      expect(await current.store.head('objects')).toBeUndefined()
    })

    it('takes odd keys as they are', async () => {
      const keys = [
        'odd/with space',
        'odd/plus+and%20percent',
        'odd/häuser-übers-日本語-🚀',
        'odd/quote"and\'and&<>',
        'odd/question?hash#semi;colon:at@',
        'odd/back\\slash',
        'odd/line\nfeed',
        'odd/...',
        'odd/.hidden',
        'odd/ leading and trailing ',
        `odd/${'long'.repeat(60)}`,
        `odd/${'deep/'.repeat(90)}end`,
        'odd/e\u0301 is not \u00e9',
        'odd/\u00e9 is not e\u0301',
      ]
      for (const key of keys) await current.store.put(key, key)
      for (const key of keys) expect(await read(current.store, key)).toBe(key)
      expect(await keysBelow(current.store, 'odd/')).toEqual(inByteOrder(keys))
      expect(await current.store.delete(keys)).toEqual([])
      expect(await keysBelow(current.store, 'odd/')).toEqual([])
    })

    it.each([
      ['', 'empty'],
      ['nul\0', 'NUL'],
      ['half \ud800 pair', 'surrogate'],
      ['k'.repeat(1025), '1024'],
    ])('refuses %j as a key in one sentence', async (key, reason) => {
      for (const attempt of [
        () => current.store.put(key, 'x'),
        () => current.store.get(key),
        () => current.store.head(key),
      ]) {
        const error = await attempt().catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(InvalidInputError)
        expect((error as Error).message).toContain(reason)
      }
      await expect(current.store.createUpload(key)).rejects.toThrow(InvalidInputError)
    })
  })

  describe('ranges', () => {
    const content = '0123456789'
    beforeAll(async () => {
      await current.store.put('ranges/ten', content)
    })

    it.each([
      [{ start: 0, end: 0 }, '0'],
      [{ start: 2, end: 4 }, '234'],
      [{ start: 7 }, '789'],
      [{ start: 9, end: 9 }, '9'],
      [{ start: 8, end: 1000 }, '89'],
    ])('answers %j of ten bytes, and the size of the whole', async (range, expected) => {
      const stored = await current.store.get('ranges/ten', range)
      expect(await text(stored.body)).toBe(expected)
      expect(stored.size).toBe(10)
    })

    it('throws InvalidRange past the end, also for an empty object', async () => {
      await expect(current.store.get('ranges/ten', { start: 10 })).rejects.toMatchObject({ code: 'InvalidRange' })
      await expect(current.store.get('ranges/ten', { start: 10 })).rejects.toThrow(StoreError)
      await current.store.put('ranges/none', '')
      await expect(current.store.get('ranges/none', { start: 0 })).rejects.toMatchObject({ code: 'InvalidRange' })
    })

    it('refuses what is no range, and an absent key', async () => {
      await expect(current.store.get('ranges/ten', { start: -1 })).rejects.toThrow(InvalidInputError)
      await expect(current.store.get('ranges/ten', { start: 5, end: 4 })).rejects.toThrow(InvalidInputError)
      await expect(current.store.get('ranges/absent', { start: 0 })).rejects.toThrow(ObjectNotFoundError)
    })
  })
}
