import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { openSource } from '../../lib/bucket/archive-source.ts'
import { SegmentStore } from '../../lib/bucket/segments.ts'
import { readArchive } from '../helpers/archive.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { onGoldenBuckets } from './buckets.ts'

onGoldenBuckets('archives are read', ({ folder, backups }) => {
  test.each(Object.keys(backups))('the objects of %s are those that tar-stream finds', async name => {
    const key = `backups/${name}/${name}.tar.gz`
    const bytes = await readFile(`${folder}/${key}`)
    const store = new MemoryStore()
    await store.put(key, bytes)
    const scratch = new SegmentStore(new MemoryStore(), 'uid', 1)
    const source = await openSource(store, name, { scratch, wants: () => true })
    const found: [string, string][] = []
    for (const member of source.members)
      for (const { path, json } of await source.read(member)) found.push([path, json.toString()])
    const plain = (await readArchive(bytes)).filter(({ name }) =>
      /^resources\/[^/]+\/(cluster|namespaces)\//.test(name),
    )
    expect(source.findings).toEqual([])
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(plain.map(({ name, content }) => [name, content.toString()])),
    )
    expect(found).toHaveLength(plain.length)
    expect(plain.length).toBeGreaterThan(5)
  })
})
