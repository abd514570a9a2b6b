import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gzip } from '../../../lib/bucket/gzip.ts'
import { MemberBuilder } from '../../../lib/bucket/member.ts'
import { entryBytesAtMost, TAR_END, TarPathError } from '../../../lib/bucket/tar.ts'
import { readArchive, readTar } from '../../helpers/archive.ts'

const MTIME = 1_795_336_886

function tar(entries: readonly { path: string; json: string; head?: string }[]): Buffer {
  const builder = new MemberBuilder(Buffer.alloc(64), MTIME)
  for (const { path, json, head } of entries)
    builder.add([path], { json: Buffer.from(json), ...(head !== undefined && { head: Buffer.from(head) }) })
  return Buffer.from(builder.take().tar)
}

const read = (bytes: Buffer) => readTar(Readable.from([Buffer.concat([bytes, TAR_END])], { objectMode: false }))

const PATHS = {
  'a short one': 'resources/pods/namespaces/shop/web-0.json',
  'exactly 100 bytes': `resources/${'a'.repeat(85)}.json`,
  '101 bytes': `resources/${'a'.repeat(86)}.json`,
  'a prefix of 155 and a name of 100 bytes': `${'p'.repeat(155)}/${'n'.repeat(100)}`,
  'a prefix of 156 bytes': `${'p'.repeat(156)}/${'n'.repeat(100)}`,
  'a name of 101 bytes': `folder/${'n'.repeat(101)}`,
  'more than 255 bytes':
    `resources/${'customresources'.repeat(4)}.${'group'.repeat(10)}.example.com/v1-preferredversion/namespaces/` +
    `${'n'.repeat(63)}/${'m'.repeat(253)}.json`,
  'not ASCII': 'resources/clusterroles.rbac.authorization.k8s.io/cluster/schön-船-😀.json',
  'not ASCII and long': `resources/clusterroles.rbac.authorization.k8s.io/cluster/${'船'.repeat(200)}.json`,
  'thousands of bytes': `resources/${'segment/'.repeat(400)}${'船'.repeat(300)}.json`,
  'colons and spaces': 'resources/clusterroles.rbac.authorization.k8s.io/cluster/system:a b.json',
}

describe('tar entries', () => {
  it.each(Object.entries(PATHS))('keep a path of %s', async (_, path) => {
    const [entry, ...more] = await read(tar([{ path, json: '{"a":1}' }]))
    expect(entry).toEqual({ name: path, size: 7, mode: 0o755, content: Buffer.from('{"a":1}') })
    expect(more).toEqual([])
  })

  it('keep any path and content, and take no more place than was reckoned', async () => {
    const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map(text => text.replace(/[/\0]/g, '_'))
    const path = fc.array(segment, { minLength: 1, maxLength: 8 }).map(parts => `resources/${parts.join('/')}.json`)
    const entry = fc.record({ path, json: fc.string({ unit: 'binary', maxLength: 2000 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async entries => {
        const bytes = tar(entries)
        const size = ({ path, json }: { path: string; json: string }) => entryBytesAtMost(path, Buffer.byteLength(json))
        expect(bytes.length).toBeLessThanOrEqual(entries.reduce((sum, entry) => sum + size(entry), 0))
        const found = await read(bytes)
        expect(found.map(({ name, content }) => [name, content.toString()])).toEqual(
          entries.map(({ path, json }) => [path, json]),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('carry a head in place of the opening brace', async () => {
    const bytes = tar([{ path: 'x.json', head: '{"kind":"Pod",', json: '{"metadata":{}}' }])
    expect((await read(bytes))[0]?.content.toString()).toBe('{"kind":"Pod","metadata":{}}')
  })

  it('are no different where a used buffer is used again', () => {
    const dirty = new MemberBuilder(Buffer.alloc(1 << 16, 0xff), MTIME)
    for (const path of Object.values(PATHS)) dirty.add([path], { json: Buffer.from('{}') })
    const clean = tar(Object.values(PATHS).map(path => ({ path, json: '{}' })))
    expect(dirty.take().tar.equals(clean)).toBe(true)
  })

  it("are read by the system's tar, whatever the path", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lateen-tar-'))
    try {
      const paths = Object.values(PATHS)
      const file = join(folder, 'a.tar')
      await writeFile(file, Buffer.concat([tar(paths.map(path => ({ path, json: '{"a":1}' }))), TAR_END]))
      const env = { ...process.env, LC_ALL: 'C.UTF-8' }
      const { stdout } = await promisify(execFile)('tar', ['--quoting-style=literal', '-tvf', file], { env })
      const lines = stdout.trimEnd().split('\n')
      expect(lines.map(line => line.replace(/^(\S+\s+){5}/, ''))).toEqual(paths)
      for (const line of lines) expect(line).toMatch(/^-rwxr-xr-x 0\/0 +7 /)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuse a path that no tar can hold', () => {
    expect(() => tar([{ path: 'a\0b', json: '{}' }])).toThrow(TarPathError)
  })
})

describe('members', () => {
  it('put one behind the other are one archive', async () => {
    const paths = ['metadata/version', 'resources/a.json', 'resources/b.json']
    const parts = [...paths.map(path => tar([{ path, json: `{"path":"${path}"}` }])), TAR_END]
    const zipped = await Promise.all(parts.map(part => gzip(part)))
    const entries = await readArchive(Buffer.concat(zipped))
    expect(entries.map(({ name }) => name)).toEqual(paths)
  })

  it('take as many entries as fit, and a larger one alone', () => {
    const builder = new MemberBuilder(Buffer.alloc(64), MTIME, 10_000)
    expect(builder.fits(['a', 'b'], 100_000)).toBe(true)
    builder.add(['a', 'b'], { json: Buffer.from('{}') })
    expect(builder.length).toBe(2048)
    expect(builder.fits(['c'], 10)).toBe(true)
    expect(builder.fits(['c', 'd'], 5000)).toBe(false)
  })
})
