import { readdir, readFile, stat } from 'node:fs/promises'
import { beforeEach, expect, test } from 'vitest'
import { TestClock } from '../helpers/clock.ts'
import { collect, remaining } from '../helpers/collected.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { onGoldenBuckets } from './buckets.ts'

const OURS = ['backups/', 'restores/']

onGoldenBuckets('a bucket is collected', ({ folder, backups }) => {
  let store: MemoryStore
  beforeEach(async () => {
    store = new MemoryStore()
    for (const file of await readdir(folder, { recursive: true }))
      if ((await stat(`${folder}/${file}`)).isFile()) await store.put(file, await readFile(`${folder}/${file}`))
  })

  const at = (time: string) => {
    const clock = new TestClock(time)
    // The store's clock follows.
    const copy = new MemoryStore(0, clock.now)
    for (const [key, kept] of store.objects) copy.objects.set(key, kept)
    return { copy, collected: collect(copy, { now: clock.now }) }
  }

  test('before its backups expire nothing goes', async () => {
    const { copy, collected } = at('2026-11-25T00:00:00Z')
    expect(await collected).toMatchObject({ kept: Object.keys(backups).length, deleted: [], problems: [], foreign: [] })
    expect(await remaining(copy)).toEqual([...store.objects.keys()].sort())
  })

  test('after that its backups go, and the restores that Velero made from them, and nothing else', async () => {
    const { copy, collected } = at('2028-01-01T00:00:00Z')
    const { deleted, problems, kept } = await collected
    expect({ kept, problems, deleted: deleted.map(({ name }) => name).sort() }).toEqual({
      ...{ kept: 0, problems: [], deleted: Object.keys(backups).sort() },
    })
    const others = [...store.objects.keys()].filter(key => !OURS.some(prefix => key.startsWith(prefix)))
    expect(await remaining(copy)).toEqual(others.sort())
  })
})
