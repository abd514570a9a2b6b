import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FileStore } from '../../../lib/store/file/store.ts'
import { PreconditionFailedError, UploadNotFoundError } from '../../../lib/store/types.ts'
import { awake, Killed, killAt, stepping } from './controlled-fs.ts'

vi.mock('node:fs/promises', async original => (await import('./controlled-fs.ts')).controlled(await original()))

const key = 'folder/object'
const neighbour = 'folder/neighbour'
// Thousands of small folders, none of which needs a disk.
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
let bucket: string
beforeEach(async () => {
  bucket = await mkdtemp(join(scratch, 'lateen-steps-'))
})
afterEach(async () => {
  await rm(bucket, { recursive: true })
})

/** A store as another process has it. */
const another = () => new FileStore(bucket, '')

interface Before {
  etag: string
  uploadId: string
  parts: { partNumber: number; etag: string }[]
}
type Operation = (store: FileStore, before: Before, text: string) => Promise<unknown>

const operations: Record<string, Operation> = {
  create: (store, _, text) => store.put(key, text, { ifNoneMatch: '*' }),
  replace: (store, { etag }, text) => store.put(key, text, { ifMatch: etag }),
  put: (store, _, text) => store.put(key, text),
  delete: store => store.delete([key]),
  complete: (store, { uploadId, parts }) => store.completeUpload(key, uploadId, parts),
  'complete under ifNoneMatch': (store, { uploadId, parts }) =>
    store.completeUpload(key, uploadId, parts, { ifNoneMatch: '*' }),
  'delete beside it': store => store.delete([neighbour]),
  abort: (store, { uploadId }) => store.abortUpload(key, uploadId),
  'begin an upload': store => store.createUpload(key),
  'upload a part': (store, { uploadId }) => store.uploadPart(key, uploadId, 2, Buffer.from('part')),
}
const names = Object.keys(operations)
const uploadOperations = ['complete', 'complete under ifNoneMatch', 'abort', 'upload a part']

/** Makes the store afresh, with what these operations need. */
async function prepare(there: boolean, ...names: string[]): Promise<Before> {
  await rm(bucket, { recursive: true })
  await mkdir(bucket)
  const store = another()
  const needsUpload = names.some(name => uploadOperations.includes(name))
  const uploadId = needsUpload ? await store.createUpload(key) : 'none'
  const parts = needsUpload ? [await store.uploadPart(key, uploadId, 1, Buffer.from('from parts'))] : []
  if (names.includes('delete beside it')) await store.put(neighbour, 'n')
  // An object with a past: its etag has followed another one.
  if (there) await store.put(key, 'older')
  const etag = there ? (await store.put(key, 'old')).etag : 'none'
  return { etag, uploadId, parts }
}

async function content(store: FileStore): Promise<string | undefined> {
  if (!(await store.head(key))) return undefined
  return await text((await store.get(key)).body)
}

async function listed(store: FileStore): Promise<string[]> {
  const keys: string[] = []
  for await (const page of store.list('')) keys.push(...page.objects.map(object => object.key))
  return keys.filter(found => found !== neighbour)
}

/** `done`, or the class of the refusal; anything unexpected is thrown. */
async function outcome(operation: Promise<unknown>): Promise<string> {
  try {
    await operation
    return 'done'
  } catch (error) {
    if (error instanceof PreconditionFailedError || error instanceof UploadNotFoundError) return error.name
    throw error
  }
}

describe.each([
  ['an object', true],
  ['no object', false],
])('where there is %s', (_, there) => {
  it.each(names)('%s, killed at any call, has happened or not, and the store works on', async name => {
    const run = operations[name] as Operation
    await prepare(there, name)
    const without = await content(another())
    const reference = await prepare(there, name)
    await outcome(run(another(), reference, 'new'))
    const withIt = await content(another())
    for (let at = 1; ; at++) {
      const before = await prepare(there, name)
      const ended = await stepping(killAt(at), () => outcome(run(another(), before, 'new'))).then(
        () => true,
        error => {
          if (!(error instanceof Killed)) throw error
          return false
        },
      )
      const seen = await content(another())
      expect([without, withIt], `killed at call ${at}`).toContain(seen)
      expect(await listed(another())).toEqual(seen === undefined ? [] : [key])
      for await (const upload of another().listUploads()) await another().abortUpload(upload.key, upload.uploadId)
      // Whoever comes next finds one consistent state and can change it.
      const found = await another().head(key)
      const next = await another().put(key, 'next', found ? { ifMatch: found.etag } : { ifNoneMatch: '*' })
      expect(await content(another())).toBe('next')
      await expect(another().put(key, 'late', { ifMatch: found?.etag ?? 'none' })).rejects.toThrow(
        PreconditionFailedError,
      )
      await another().put(key, 'last', { ifMatch: next.etag })
      expect(await another().delete([key])).toEqual([])
      expect(await listed(another())).toEqual([])
      if (ended) break
    }
  }, 60_000)

  const pairs = names
    .flatMap(first => names.map(second => [first, second] as const))
    // Two completions of one upload may both succeed, as with S3: what they write is the same.
    .filter(pair => pair.filter(name => name.startsWith('complete')).length < 2)
    .filter(pair => !pair.includes('abort') || pair[0] === 'complete')
    .filter(pair => !pair.some(name => name.endsWith('upload') || name.endsWith('part')))
    .filter(([first, second]) => first !== second || first !== 'delete beside it')
  it.each(
    pairs,
  )('%s, asleep at any call while another process does %s, comes out as one after the other', async (...pair) => {
    const [first, second] = pair.map(name => operations[name]) as [Operation, Operation]
    const inOrder = async (swap: boolean) => {
      const before = await prepare(there, ...pair)
      const one = () => outcome(first(another(), before, 'first'))
      const two = () => outcome(second(another(), before, 'second'))
      const results = swap ? [await two(), await one()].reverse() : [await one(), await two()]
      return JSON.stringify([...results, (await content(another())) ?? null])
    }
    const allowed = [await inOrder(false), await inOrder(true)]
    for (let at = 1, more = true; more; at++) {
      let shared = 0
      const before = await prepare(there, ...pair)
      let secondResult = ''
      more = false
      const { value } = await stepping(
        async (_, name) => {
          // What a process does with a file that it has open and nobody else knows makes no difference to others.
          if (name.startsWith('file.') || ++shared !== at) return
          more = true
          secondResult = await awake(() => outcome(second(another(), before, 'second')))
        },
        () => outcome(first(another(), before, 'first')),
      )
      if (!more) break
      const seen = await content(another())
      expect(allowed, `asleep at call ${at}`).toContain(JSON.stringify([value, secondResult, seen ?? null]))
      expect(await listed(another())).toEqual(seen === undefined ? [] : [key])
    }
  }, 60_000)
})
