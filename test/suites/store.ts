import { createHash, randomBytes } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTopLevel } from '../../lib/store/top-level.ts'
import {
  ObjectNotFoundError,
  type ObjectStore,
  type Part,
  PreconditionFailedError,
  StoreError,
  UploadNotFoundError,
} from '../../lib/store/types.ts'
import { InvalidInputError } from '../../lib/velero/errors.ts'

export interface OpenStore {
  store: ObjectStore
  close: () => Promise<void>
}

const MiB = 1024 * 1024
const absent = { ifNoneMatch: '*' } as const

/** What every object store promises. `open` answers an empty store each time. */
export function storeSuite(name: string, open: () => Promise<OpenStore>): void {
  describe(name, () => {
    let opened: OpenStore
    let store: ObjectStore
    beforeAll(async () => {
      opened = await open()
      store = opened.store
    })
    afterAll(async () => {
      await opened.close()
    })

    const read = async (key: string) => await text((await store.get(key)).body)

    async function keysBelow(prefix: string): Promise<string[]> {
      const keys: string[] = []
      for await (const page of store.list(prefix)) keys.push(...page.objects.map(object => object.key))
      return keys
    }

    async function level(prefix: string): Promise<{ keys: string[]; prefixes: string[]; pages: number }> {
      const found = { keys: [] as string[], prefixes: [] as string[], pages: 0 }
      for await (const page of store.list(prefix, { delimiter: '/' })) {
        found.keys.push(...page.objects.map(object => object.key))
        found.prefixes.push(...page.prefixes)
        found.pages++
      }
      return found
    }

    const outcomes = async (writes: Promise<unknown>[]) => {
      const results = await Promise.allSettled(writes)
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(PreconditionFailedError)
      }
      return results.map(result => result.status === 'fulfilled')
    }

    describe('objects', () => {
      it('answers what was put, with its size, etag and time', async () => {
        const { etag } = await store.put('objects/a.txt', 'hello')
        const stored = await store.get('objects/a.txt')
        expect(await text(stored.body)).toBe('hello')
        expect(stored).toMatchObject({ key: 'objects/a.txt', size: 5, etag })
        expect(Math.abs(stored.lastModified.getTime() - Date.now())).toBeLessThan(60_000)
        const { body: _, ...info } = stored
        expect(await store.head('objects/a.txt')).toEqual(info)
      })

      it('keeps every byte value, and the empty object', async () => {
        const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
        await store.put('objects/bytes', bytes)
        expect(await buffer((await store.get('objects/bytes')).body)).toEqual(bytes)
        await store.put('objects/empty', '')
        expect(await read('objects/empty')).toBe('')
        expect(await store.head('objects/empty')).toMatchObject({ size: 0 })
      })

      it('replaces an object whole, with another etag', async () => {
        const first = await store.put('objects/replaced', 'a long first version')
        const second = await store.put('objects/replaced', 'short')
        expect(await read('objects/replaced')).toBe('short')
        expect(second.etag).not.toBe(first.etag)
        expect((await store.head('objects/replaced'))?.etag).toBe(second.etag)
      })

      it('has no head for an absent key and refuses to get it', async () => {
        expect(await store.head('objects/absent')).toBeUndefined()
        await expect(store.get('objects/absent')).rejects.toThrow(ObjectNotFoundError)
        expect(await store.head('objects/a.txt.gz')).toBeUndefined()
        await expect(store.get('objects')).rejects.toThrow(ObjectNotFoundError)
        expect(await store.head('objects')).toBeUndefined()
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
        for (const key of keys) await store.put(key, key)
        for (const key of keys) expect(await read(key)).toBe(key)
        expect(await keysBelow('odd/')).toEqual(inByteOrder(keys))
        expect(await store.delete(keys)).toEqual([])
        expect(await keysBelow('odd/')).toEqual([])
      })

      it.each([
        ['', 'empty'],
        ['nul\0', 'NUL'],
        ['half \ud800 pair', 'surrogate'],
        ['k'.repeat(1025), '1024'],
      ])('refuses %j as a key in one sentence', async (key, reason) => {
        for (const attempt of [() => store.put(key, 'x'), () => store.get(key), () => store.head(key)]) {
          const error = await attempt().catch((thrown: unknown) => thrown)
          expect(error).toBeInstanceOf(InvalidInputError)
          expect((error as Error).message).toContain(reason)
        }
        await expect(store.createUpload(key)).rejects.toThrow(InvalidInputError)
      })
    })

    describe('ranges', () => {
      const content = '0123456789'
      beforeAll(async () => {
        await store.put('ranges/ten', content)
      })

      it.each([
        [{ start: 0, end: 0 }, '0'],
        [{ start: 2, end: 4 }, '234'],
        [{ start: 7 }, '789'],
        [{ start: 9, end: 9 }, '9'],
        [{ start: 8, end: 1000 }, '89'],
      ])('answers %j of ten bytes, and the size of the whole', async (range, expected) => {
        const stored = await store.get('ranges/ten', range)
        expect(await text(stored.body)).toBe(expected)
        expect(stored.size).toBe(10)
      })

      it('throws InvalidRange past the end, also for an empty object', async () => {
        await expect(store.get('ranges/ten', { start: 10 })).rejects.toMatchObject({ code: 'InvalidRange' })
        await expect(store.get('ranges/ten', { start: 10 })).rejects.toThrow(StoreError)
        await store.put('ranges/none', '')
        await expect(store.get('ranges/none', { start: 0 })).rejects.toMatchObject({ code: 'InvalidRange' })
      })

      it('refuses what is no range, and an absent key', async () => {
        await expect(store.get('ranges/ten', { start: -1 })).rejects.toThrow(InvalidInputError)
        await expect(store.get('ranges/ten', { start: 5, end: 4 })).rejects.toThrow(InvalidInputError)
        await expect(store.get('ranges/absent', { start: 0 })).rejects.toThrow(ObjectNotFoundError)
      })
    })

    describe('conditions', () => {
      it('creates with ifNoneMatch once', async () => {
        await store.put('conditions/new', 'first', absent)
        const error = await store.put('conditions/new', 'second', absent).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PreconditionFailedError)
        expect(error).toMatchObject({ key: 'conditions/new', code: 'PreconditionFailed' })
        expect(await read('conditions/new')).toBe('first')
      })

      it('replaces with the etag of put, head, get or list, and with no older one', async () => {
        const put = await store.put('conditions/chain/x', '1')
        const second = await store.put('conditions/chain/x', '2', { ifMatch: put.etag })
        expect((await store.head('conditions/chain/x'))?.etag).toBe(second.etag)
        await expect(store.put('conditions/chain/x', 'late', { ifMatch: put.etag })).rejects.toThrow(
          PreconditionFailedError,
        )
        for (const etagOf of [
          async () => (await store.head('conditions/chain/x'))?.etag,
          async () => {
            const stored = await store.get('conditions/chain/x')
            stored.body.destroy()
            return stored.etag
          },
          async () => {
            for await (const page of store.list('conditions/chain/')) return page.objects[0]?.etag
          },
        ]) {
          const ifMatch = (await etagOf()) ?? 'none'
          await store.put('conditions/chain/x', randomBytes(8), { ifMatch })
          await expect(store.put('conditions/chain/x', 'late', { ifMatch })).rejects.toThrow(PreconditionFailedError)
        }
      })

      it('fails with ifMatch where there is no object, before and after a deletion', async () => {
        await expect(
          store.put('conditions/gone', 'x', { ifMatch: '"0123456789abcdef0123456789abcdef"' }),
        ).rejects.toThrow(PreconditionFailedError)
        const { etag } = await store.put('conditions/gone', 'x')
        await store.delete(['conditions/gone'])
        await expect(store.put('conditions/gone', 'y', { ifMatch: etag })).rejects.toThrow(PreconditionFailedError)
        expect(await store.head('conditions/gone')).toBeUndefined()
        await store.put('conditions/gone', 'again', absent)
        expect(await read('conditions/gone')).toBe('again')
      })

      it('lets exactly one of many racing creators win', async () => {
        for (let round = 0; round < 5; round++) {
          const key = `conditions/race/create-${round}`
          const won = await outcomes(Array.from({ length: 12 }, (_, who) => store.put(key, `writer ${who}`, absent)))
          expect(won.filter(Boolean)).toHaveLength(1)
          expect(await read(key)).toBe(`writer ${won.indexOf(true)}`)
        }
      })

      it('lets exactly one of many racing replacers win, even with the same bytes', async () => {
        let { etag } = await store.put('conditions/race/replace', 'start')
        for (let round = 0; round < 5; round++) {
          const won = await outcomes(
            Array.from({ length: 12 }, () => store.put('conditions/race/replace', `round ${round}`, { ifMatch: etag })),
          )
          expect(won.filter(Boolean)).toHaveLength(1)
          etag = (await store.head('conditions/race/replace'))?.etag ?? 'gone'
        }
      })

      it('loses no increment of a counter that many change by ifMatch', async () => {
        const key = 'conditions/race/counter'
        await store.put(key, '0')
        const increment = async () => {
          for (;;) {
            const stored = await store.get(key)
            const next = String(Number(await text(stored.body)) + 1)
            const done = await store.put(key, next, { ifMatch: stored.etag }).then(
              () => true,
              error => {
                if (error instanceof PreconditionFailedError) return false
                throw error
              },
            )
            if (done) return
          }
        }
        await Promise.all(
          Array.from({ length: 6 }, async () => {
            for (let turn = 0; turn < 8; turn++) await increment()
          }),
        )
        expect(await read(key)).toBe('48')
      })

      it('shows every reader one whole version while it is rewritten', async () => {
        const key = 'conditions/whole'
        const version = (n: number) => Buffer.alloc(200_000, n)
        await store.put(key, version(0))
        let writing = true
        const writer = (async () => {
          for (let n = 1; n <= 30; n++) await store.put(key, version(n))
          writing = false
        })()
        while (writing) {
          const seen = await buffer((await store.get(key)).body)
          expect(seen.length).toBe(200_000)
          expect(seen.equals(version(seen[0] ?? -1))).toBe(true)
        }
        await writer
      })
    })

    describe('lists', () => {
      const keys = ['a-b', 'a.b', 'a/b', 'a/b-c', 'a/b/c', 'a0', 'b/x/1', 'b/x/2', 'b/y', 'z', 'é', '😀', '\uff5e'].map(
        key => `lists/${key.replace(/^a\/b$/, 'a/a')}`,
      )
      beforeAll(async () => {
        await Promise.all(keys.map(key => store.put(key, 'x')))
      })

      it('gives keys in the order of their UTF-8 bytes', async () => {
        expect(await keysBelow('lists/')).toEqual(inByteOrder(keys))
      })

      it('folds at the delimiter', async () => {
        expect(await level('lists/')).toMatchObject({
          keys: inByteOrder(keys.filter(key => key.split('/').length === 2)),
          prefixes: ['lists/a/', 'lists/b/'],
        })
        expect(await level('lists/b/')).toMatchObject({ keys: ['lists/b/y'], prefixes: ['lists/b/x/'] })
        expect(await level('lists/b')).toMatchObject({ keys: [], prefixes: ['lists/b/'] })
      })

      it('takes a prefix that ends within a name', async () => {
        expect(await keysBelow('lists/a')).toEqual(inByteOrder(keys.filter(key => key.startsWith('lists/a'))))
        expect(await keysBelow('lists/a/b')).toEqual(['lists/a/b-c', 'lists/a/b/c'])
        expect(await keysBelow('lists/nothing')).toEqual([])
        expect(await keysBelow('nothing/at/all/')).toEqual([])
      })

      it('tells sizes and etags that head tells, too', async () => {
        await store.put('lists-info/x', 'four')
        for await (const page of store.list('lists-info/')) {
          for (const object of page.objects) {
            const head = await store.head(object.key)
            expect(object).toMatchObject({ key: 'lists-info/x', size: 4, etag: head?.etag })
          }
        }
      })

      it('pages through more than 1,000 keys and deletes them in batches', async () => {
        const many = Array.from({ length: 2345 }, (_, n) => `many/${String(n).padStart(5, '0')}`)
        await Promise.all(
          Array.from({ length: 20 }, async (_, worker) => {
            for (let n = worker; n < many.length; n += 20) await store.put(many[n] ?? '', '')
          }),
        )
        expect(await keysBelow('many/')).toEqual(many)
        const folded = await level('many/')
        expect(folded.keys).toEqual(many)
        expect(folded.pages).toBeGreaterThan(1)
        for await (const page of store.list('many/')) {
          expect(page.objects.length).toBeLessThanOrEqual(1000)
          break
        }
        expect(await store.delete([...many, 'many/absent'])).toEqual([])
        expect(await keysBelow('many/')).toEqual([])
      }, 60_000)
    })

    describe('deletions', () => {
      it('counts an absent key as deleted', async () => {
        expect(await store.delete([])).toEqual([])
        expect(await store.delete(['deletions/absent', 'deletions/also/absent'])).toEqual([])
      })

      it('deletes what is named and nothing beside it', async () => {
        await Promise.all(['deletions/a', 'deletions/a-b', 'deletions/b/c'].map(key => store.put(key, 'x')))
        expect(await store.delete(['deletions/a', 'deletions/b'])).toEqual([])
        expect(await keysBelow('deletions/')).toEqual(['deletions/a-b', 'deletions/b/c'])
      })

      it('leaves no folder behind', async () => {
        await store.put('deletions-deep/a/b/c', 'x')
        await store.delete(['deletions-deep/a/b/c'])
        expect((await level('')).prefixes).not.toContain('deletions-deep/')
        await store.put('deletions-deep', 'now a key of its own')
        expect(await read('deletions-deep')).toBe('now a key of its own')
      })

      it('lets others write in a folder that empties at the same time', async () => {
        await Promise.all(
          Array.from({ length: 8 }, async (_, who) => {
            for (let turn = 0; turn < 15; turn++) {
              const key = `deletions/busy/folder/${who}`
              await store.put(key, `${turn}`, absent)
              expect(await read(key)).toBe(`${turn}`)
              expect(await store.delete([key])).toEqual([])
            }
          }),
        )
        expect(await keysBelow('deletions/busy/')).toEqual([])
      })

      it('can be repeated by many at the same time', async () => {
        await store.put('deletions/shared', 'x')
        const failures = await Promise.all(Array.from({ length: 8 }, () => store.delete(['deletions/shared'])))
        expect(failures.flat()).toEqual([])
        expect(await store.head('deletions/shared')).toBeUndefined()
      })
    })

    describe('uploads', () => {
      const part = (seed: number) => Buffer.alloc(5 * MiB, seed)
      const uploads = async () => {
        const found = []
        for await (const upload of store.listUploads()) found.push(upload)
        return found
      }

      it('joins parts that came out of order and with gaps', async () => {
        const key = 'uploads/joined'
        const id = await store.createUpload(key)
        const last = Buffer.from('the short last part')
        const parts = await Promise.all([
          store.uploadPart(key, id, 907, last),
          store.uploadPart(key, id, 3, part(1)),
          store.uploadPart(key, id, 40, part(2)),
          store.uploadPart(key, id, 900, part(99)),
        ])
        const used = [parts[1], parts[2], parts[0]] as Part[]
        expect(await store.head(key)).toBeUndefined()
        const { etag } = await store.completeUpload(key, id, used)
        const stored = await store.get(key)
        expect(stored).toMatchObject({ size: 10 * MiB + last.length, etag })
        expect(await digest(stored.body)).toBe(
          createHash('sha256').update(part(1)).update(part(2)).update(last).digest('hex'),
        )
        const across = await store.get(key, { start: 5 * MiB - 1, end: 5 * MiB })
        expect([...(await buffer(across.body))]).toEqual([1, 2])
        expect(await uploads()).toEqual([])
      })

      it('takes the later of two parts of one number', async () => {
        const key = 'uploads/replaced-part'
        const id = await store.createUpload(key)
        await store.uploadPart(key, id, 1, Buffer.from('first'))
        const second = await store.uploadPart(key, id, 1, Buffer.from('second'))
        await store.completeUpload(key, id, [second])
        expect(await read(key)).toBe('second')
      })

      it('lists unfinished uploads until they are completed or aborted', async () => {
        const keys = ['uploads/list/one', 'uploads/list/two', 'uploads/list/two']
        const ids: string[] = []
        for (const key of keys) ids.push(await store.createUpload(key))
        const found = (await uploads()).filter(upload => upload.key.startsWith('uploads/list/'))
        expect(found.map(upload => [upload.key, upload.uploadId]).sort()).toEqual(
          keys.map((key, n) => [key, ids[n]]).sort(),
        )
        for (const upload of found) expect(Math.abs(upload.initiated.getTime() - Date.now())).toBeLessThan(60_000)
        for (const [n, key] of keys.entries()) await store.abortUpload(key, ids[n] ?? '')
        expect(await uploads()).toEqual([])
        expect(await keysBelow('uploads/list/')).toEqual([])
      })

      it('aborts twice without complaint, and nothing can be added then', async () => {
        const key = 'uploads/aborted'
        const id = await store.createUpload(key)
        const only = await store.uploadPart(key, id, 1, Buffer.from('x'))
        await store.abortUpload(key, id)
        await store.abortUpload(key, id)
        await expect(store.uploadPart(key, id, 2, Buffer.from('y'))).rejects.toThrow(UploadNotFoundError)
        await expect(store.completeUpload(key, id, [only])).rejects.toThrow(UploadNotFoundError)
        expect(await store.head(key)).toBeUndefined()
      })

      it('completes under ifNoneMatch only where there is no object, and leaves the upload to be aborted else', async () => {
        const key = 'uploads/conditional'
        await store.put(key, 'earlier')
        const id = await store.createUpload(key)
        const only = await store.uploadPart(key, id, 1, Buffer.from('later'))
        await expect(store.completeUpload(key, id, [only], absent)).rejects.toThrow(PreconditionFailedError)
        expect(await read(key)).toBe('earlier')
        await store.abortUpload(key, id)
        expect(await uploads()).toEqual([])
      })

      it('lets exactly one of several racing completions win', async () => {
        const key = 'uploads/race'
        const ready = await Promise.all(
          Array.from({ length: 6 }, async (_, who) => {
            const id = await store.createUpload(key)
            return { id, parts: [await store.uploadPart(key, id, 1, Buffer.from(`writer ${who}`))] }
          }),
        )
        const won = await outcomes(ready.map(({ id, parts }) => store.completeUpload(key, id, parts, absent)))
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await read(key)).toBe(`writer ${won.indexOf(true)}`)
        for (const { id } of ready) await store.abortUpload(key, id)
      })

      it('refuses parts that do not ascend, are unknown, too small or out of bounds', async () => {
        const key = 'uploads/refused'
        const id = await store.createUpload(key)
        const small = await store.uploadPart(key, id, 1, Buffer.from('small'))
        const last = await store.uploadPart(key, id, 2, Buffer.from('last'))
        await expect(store.completeUpload(key, id, [last, small])).rejects.toMatchObject({ code: 'InvalidPartOrder' })
        await expect(store.completeUpload(key, id, [small, last])).rejects.toMatchObject({ code: 'EntityTooSmall' })
        const unknown = { partNumber: 3, etag: small.etag }
        await expect(store.completeUpload(key, id, [unknown])).rejects.toMatchObject({ code: 'InvalidPart' })
        await expect(store.completeUpload(key, id, [])).rejects.toThrow(InvalidInputError)
        await expect(store.uploadPart(key, id, 0, Buffer.from('x'))).rejects.toThrow(InvalidInputError)
        await expect(store.uploadPart(key, id, 10_001, Buffer.from('x'))).rejects.toThrow(InvalidInputError)
        await store.completeUpload(key, id, [last])
        expect(await read(key)).toBe('last')
      })

      it('knows no upload of another key or an invented id', async () => {
        const id = await store.createUpload('uploads/mine')
        await expect(store.uploadPart('uploads/yours', id, 1, Buffer.from('x'))).rejects.toThrow(UploadNotFoundError)
        await expect(store.uploadPart('uploads/mine', '../../etc', 1, Buffer.from('x'))).rejects.toThrow(StoreError)
        await store.abortUpload('uploads/mine', id)
      })
    })

    describe('large objects', () => {
      it('are written and read with flat memory', async () => {
        const key = 'large/object'
        const id = await store.createUpload(key)
        const hash = createHash('sha256')
        const parts: Part[] = []
        let peak = 0
        const start = process.memoryUsage().rss
        const watch = () => {
          peak = Math.max(peak, process.memoryUsage().rss - start)
        }
        const block = randomBytes(8 * MiB)
        for (let n = 1; n <= 40; n++) {
          block.writeUInt32BE(n)
          hash.update(block)
          parts.push(await store.uploadPart(key, id, n, block))
          watch()
        }
        await store.completeUpload(key, id, parts)
        const stored = await store.get(key)
        const read = createHash('sha256')
        for await (const chunk of stored.body) {
          read.update(chunk)
          watch()
        }
        expect(read.digest('hex')).toBe(hash.digest('hex'))
        expect(stored.size).toBe(320 * MiB)
        expect(peak).toBeLessThan(150 * MiB)
        await store.delete([key])
      }, 120_000)

      it('can be left half-read', async () => {
        await store.put('large/left', Buffer.alloc(4 * MiB))
        for (let turn = 0; turn < 200; turn++) {
          const { body } = await store.get('large/left')
          if (turn % 2 === 0) for await (const _ of body) break
          body.destroy()
        }
        expect((await store.head('large/left'))?.size).toBe(4 * MiB)
      })
    })

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

function inByteOrder(keys: string[]): string[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

async function digest(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk)
  return hash.digest('hex')
}
