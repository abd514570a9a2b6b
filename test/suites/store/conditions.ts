import { randomBytes } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { PreconditionFailedError } from '../../../lib/store/types.ts'
import { absent, type CurrentStore, outcomes, read } from './helpers.ts'

export function conditionsSuite(current: CurrentStore): void {
  describe('conditions', () => {
    it('creates with ifNoneMatch once', async () => {
      await current.store.put('conditions/new', 'first', absent)
      const error = await current.store.put('conditions/new', 'second', absent).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(PreconditionFailedError)
      expect(error).toMatchObject({ key: 'conditions/new', code: 'PreconditionFailed' })
      expect(await read(current.store, 'conditions/new')).toBe('first')
    })

    it('replaces with the etag of put, head, get or list, and with no older one', async () => {
      const put = await current.store.put('conditions/chain/x', '1')
      const second = await current.store.put('conditions/chain/x', '2', { ifMatch: put.etag })
      expect((await current.store.head('conditions/chain/x'))?.etag).toBe(second.etag)
      await expect(current.store.put('conditions/chain/x', 'late', { ifMatch: put.etag })).rejects.toThrow(
        PreconditionFailedError,
      )
      for (const etagOf of [
        async () => (await current.store.head('conditions/chain/x'))?.etag,
        async () => {
          const stored = await current.store.get('conditions/chain/x')
          stored.body.destroy()
          return stored.etag
        },
        async () => {
          for await (const page of current.store.list('conditions/chain/')) return page.objects[0]?.etag
        },
      ]) {
        const ifMatch = (await etagOf()) ?? 'none'
        await current.store.put('conditions/chain/x', randomBytes(8), { ifMatch })
        await expect(current.store.put('conditions/chain/x', 'late', { ifMatch })).rejects.toThrow(
          PreconditionFailedError,
        )
      }
    })

    it('fails with ifMatch where there is no object, before and after a deletion', async () => {
      await expect(
        current.store.put('conditions/gone', 'x', { ifMatch: '"0123456789abcdef0123456789abcdef"' }),
      ).rejects.toThrow(PreconditionFailedError)
      const { etag } = await current.store.put('conditions/gone', 'x')
      await current.store.delete(['conditions/gone'])
      await expect(current.store.put('conditions/gone', 'y', { ifMatch: etag })).rejects.toThrow(
        PreconditionFailedError,
      )
      expect(await current.store.head('conditions/gone')).toBeUndefined()
      await current.store.put('conditions/gone', 'again', absent)
      expect(await read(current.store, 'conditions/gone')).toBe('again')
    })

    it('lets exactly one of many racing creators win', async () => {
      for (let round = 0; round < 5; round++) {
        const key = `conditions/race/create-${round}`
        const won = await outcomes(
          Array.from({ length: 12 }, (_, who) => current.store.put(key, `writer ${who}`, absent)),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await read(current.store, key)).toBe(`writer ${won.indexOf(true)}`)
      }
    })

    it('lets exactly one of many racing replacers win, even with the same bytes', async () => {
      let { etag } = await current.store.put('conditions/race/replace', 'start')
      for (let round = 0; round < 5; round++) {
        const won = await outcomes(
          Array.from({ length: 12 }, () =>
            current.store.put('conditions/race/replace', `round ${round}`, { ifMatch: etag }),
          ),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        etag = (await current.store.head('conditions/race/replace'))?.etag ?? 'gone'
      }
    })

    it('loses no increment of a counter that many change by ifMatch', async () => {
      const key = 'conditions/race/counter'
      await current.store.put(key, '0')
      const increment = async () => {
        for (;;) {
          const stored = await current.store.get(key)
          const next = String(Number(await text(stored.body)) + 1)
          const done = await current.store.put(key, next, { ifMatch: stored.etag }).then(
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
      expect(await read(current.store, key)).toBe('48')
    })

    it('shows every reader one whole version while it is rewritten', async () => {
      const key = 'conditions/whole'
      const version = (n: number) => Buffer.alloc(200_000, n)
      await current.store.put(key, version(0))
      let writing = true
      const writer = (async () => {
        for (let n = 1; n <= 30; n++) await current.store.put(key, version(n))
        writing = false
      })()
      while (writing) {
        const seen = await buffer((await current.store.get(key)).body)
        expect(seen.length).toBe(200_000)
        expect(seen.equals(version(seen[0] ?? -1))).toBe(true)
      }
      await writer
    })
  })
}
