import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Part } from '../../../lib/store/types.ts'
import { type CurrentStore, MiB } from './helpers.ts'

export function largeSuite(current: CurrentStore): void {
  describe('large objects', () => {
    it('are written and read with flat memory', async () => {
      const key = 'large/object'
      const id = await current.store.createUpload(key)
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
        parts.push(await current.store.uploadPart(key, id, n, block))
        watch()
      }
      await current.store.completeUpload(key, id, parts)
      const stored = await current.store.get(key)
      const read = createHash('sha256')
      for await (const chunk of stored.body) {
        read.update(chunk)
        watch()
      }
      expect(read.digest('hex')).toBe(hash.digest('hex'))
      expect(stored.size).toBe(320 * MiB)
      expect(peak).toBeLessThan(150 * MiB)
      await current.store.delete([key])
    }, 120_000)

    it('can be left half-read', async () => {
      await current.store.put('large/left', Buffer.alloc(4 * MiB))
      for (let turn = 0; turn < 200; turn++) {
        const { body } = await current.store.get('large/left')
        if (turn % 2 === 0) for await (const _ of body) break
        body.destroy()
      }
      expect((await current.store.head('large/left'))?.size).toBe(4 * MiB)
    })
  })
}
