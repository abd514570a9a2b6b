import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type Part, PreconditionFailedError, StoreError, UploadNotFoundError } from '../../../lib/store/types.ts'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { absent, type CurrentStore, digest, keysBelow, MiB, outcomes, read } from './helpers.ts'

export function uploadsSuite(current: CurrentStore): void {
  describe('uploads', () => {
    const part = (seed: number) => Buffer.alloc(5 * MiB, seed)
    const uploads = async () => {
      const found = []
      for await (const upload of current.store.listUploads()) found.push(upload)
      return found
    }

    it('joins parts that came out of order and with gaps', async () => {
      const key = 'uploads/joined'
      const id = await current.store.createUpload(key)
      const last = Buffer.from('the short last part')
      const parts = await Promise.all([
        current.store.uploadPart(key, id, 907, last),
        current.store.uploadPart(key, id, 3, part(1)),
        current.store.uploadPart(key, id, 40, part(2)),
        current.store.uploadPart(key, id, 900, part(99)),
      ])
      const used = [parts[1], parts[2], parts[0]] as Part[]
      expect(await current.store.head(key)).toBeUndefined()
      const { etag } = await current.store.completeUpload(key, id, used)
      const stored = await current.store.get(key)
      expect(stored).toMatchObject({ size: 10 * MiB + last.length, etag })
      expect(await digest(stored.body)).toBe(
        createHash('sha256').update(part(1)).update(part(2)).update(last).digest('hex'),
      )
      const across = await current.store.get(key, { start: 5 * MiB - 1, end: 5 * MiB })
      expect([...(await buffer(across.body))]).toEqual([1, 2])
      expect(await uploads()).toEqual([])
    })

    it('takes the later of two parts of one number', async () => {
      const key = 'uploads/replaced-part'
      const id = await current.store.createUpload(key)
      await current.store.uploadPart(key, id, 1, Buffer.from('first'))
      const second = await current.store.uploadPart(key, id, 1, Buffer.from('second'))
      await current.store.completeUpload(key, id, [second])
      expect(await read(current.store, key)).toBe('second')
    })

    it('lists unfinished uploads until they are completed or aborted', async () => {
      const keys = ['uploads/list/one', 'uploads/list/two', 'uploads/list/two']
      const ids: string[] = []
      for (const key of keys) ids.push(await current.store.createUpload(key))
      const found = (await uploads()).filter(upload => upload.key.startsWith('uploads/list/'))
      expect(found.map(upload => [upload.key, upload.uploadId]).sort()).toEqual(
        keys.map((key, n) => [key, ids[n]]).sort(),
      )
      for (const upload of found) expect(Math.abs(upload.initiated.getTime() - Date.now())).toBeLessThan(60_000)
      for (const [n, key] of keys.entries()) await current.store.abortUpload(key, ids[n] ?? '')
      expect(await uploads()).toEqual([])
      expect(await keysBelow(current.store, 'uploads/list/')).toEqual([])
    })

    it('aborts twice without complaint, and nothing can be added then', async () => {
      const key = 'uploads/aborted'
      const id = await current.store.createUpload(key)
      const only = await current.store.uploadPart(key, id, 1, Buffer.from('x'))
      await current.store.abortUpload(key, id)
      await current.store.abortUpload(key, id)
      await expect(current.store.uploadPart(key, id, 2, Buffer.from('y'))).rejects.toThrow(UploadNotFoundError)
      await expect(current.store.completeUpload(key, id, [only])).rejects.toThrow(UploadNotFoundError)
      expect(await current.store.head(key)).toBeUndefined()
    })

    it('completes under ifNoneMatch only where there is no object, and leaves the upload to be aborted else', async () => {
      const key = 'uploads/conditional'
      await current.store.put(key, 'earlier')
      const id = await current.store.createUpload(key)
      const only = await current.store.uploadPart(key, id, 1, Buffer.from('later'))
      await expect(current.store.completeUpload(key, id, [only], absent)).rejects.toThrow(PreconditionFailedError)
      expect(await read(current.store, key)).toBe('earlier')
      await current.store.abortUpload(key, id)
      expect(await uploads()).toEqual([])
    })

    it('lets exactly one of several racing completions win', async () => {
      const key = 'uploads/race'
      const ready = await Promise.all(
        Array.from({ length: 6 }, async (_, who) => {
          const id = await current.store.createUpload(key)
          return { id, parts: [await current.store.uploadPart(key, id, 1, Buffer.from(`writer ${who}`))] }
        }),
      )
      const won = await outcomes(ready.map(({ id, parts }) => current.store.completeUpload(key, id, parts, absent)))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await read(current.store, key)).toBe(`writer ${won.indexOf(true)}`)
      for (const { id } of ready) await current.store.abortUpload(key, id)
    })

    it('refuses parts that do not ascend, are unknown, too small or out of bounds', async () => {
      const key = 'uploads/refused'
      const id = await current.store.createUpload(key)
      const small = await current.store.uploadPart(key, id, 1, Buffer.from('small'))
      const last = await current.store.uploadPart(key, id, 2, Buffer.from('last'))
      await expect(current.store.completeUpload(key, id, [last, small])).rejects.toMatchObject({
        code: 'InvalidPartOrder',
      })
      await expect(current.store.completeUpload(key, id, [small, last])).rejects.toMatchObject({
        code: 'EntityTooSmall',
      })
      const unknown = { partNumber: 3, etag: small.etag }
      await expect(current.store.completeUpload(key, id, [unknown])).rejects.toMatchObject({ code: 'InvalidPart' })
      await expect(current.store.completeUpload(key, id, [])).rejects.toThrow(InvalidInputError)
      await expect(current.store.uploadPart(key, id, 0, Buffer.from('x'))).rejects.toThrow(InvalidInputError)
      await expect(current.store.uploadPart(key, id, 10_001, Buffer.from('x'))).rejects.toThrow(InvalidInputError)
      await current.store.completeUpload(key, id, [last])
      expect(await read(current.store, key)).toBe('last')
    })

    it('knows no upload of another key or an invented id', async () => {
      const id = await current.store.createUpload('uploads/mine')
      await expect(current.store.uploadPart('uploads/yours', id, 1, Buffer.from('x'))).rejects.toThrow(
        UploadNotFoundError,
      )
      await expect(current.store.uploadPart('uploads/mine', '../../etc', 1, Buffer.from('x'))).rejects.toThrow(
        StoreError,
      )
      await current.store.abortUpload('uploads/mine', id)
    })
  })
}
