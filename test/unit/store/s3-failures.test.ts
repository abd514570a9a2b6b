import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { S3Store } from '../../../lib/store/s3/store.ts'
import { PreconditionFailedError, StoreError, UploadNotFoundError } from '../../../lib/store/types.ts'
import { type Answer, type FakeS3, fakeS3, md5, openAt, type Request, s3Error } from './s3-server.ts'

let server: FakeS3
let store: S3Store
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await store?.close()
  await server?.close()
})

async function serve(
  answer: (request: Request, count: number) => Answer,
  config?: Record<string, string>,
): Promise<void> {
  server = await fakeS3(answer)
  store = await openAt(server.url, config)
}

/** The requests so far, as `PUT GET HEAD`. */
const methods = () => server.requests.map(request => request.method).join(' ')

describe('a conditional put', () => {
  const etag = `"${md5('mine')}"`
  const head = (stored: string, tag = `"${md5(stored)}"`): Answer => ({
    headers: { etag: tag, 'content-length': String(stored.length) },
  })

  it('whose answer was lost has succeeded, if its bytes are what is stored', async () => {
    await serve(({ method }, count) => {
      if (count === 1) return { hangUp: true }
      return method === 'PUT' ? s3Error(412, 'PreconditionFailed') : head('mine')
    })
    expect(await store.put('lease', 'mine', { ifNoneMatch: '*' })).toEqual({ etag })
    expect(methods()).toBe('PUT PUT HEAD')
  })

  it('whose answer was lost has failed, if another writer was there', async () => {
    await serve(({ method }, count) => {
      if (count === 1) return { hangUp: true }
      if (method === 'PUT') return s3Error(412, 'PreconditionFailed')
      return method === 'HEAD' ? head('ours') : { headers: { etag: '"x"' }, body: 'ours' }
    })
    const error = await store.put('lease', 'mine', { ifMatch: '"x"' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PreconditionFailedError)
    expect(error).toMatchObject({ key: 'lease' })
  })

  it('whose answer was lost is settled by the content where the etag is no digest, as with KMS', async () => {
    await serve(({ method }, count) => {
      if (count === 1) return { hangUp: true }
      if (method === 'PUT') return s3Error(412, 'PreconditionFailed')
      return method === 'HEAD' ? head('mine', '"opaque"') : { headers: { etag: '"opaque"' }, body: 'mine' }
    })
    expect(await store.put('lease', 'mine', { ifNoneMatch: '*' })).toEqual({ etag: '"opaque"' })
  })

  it('that fails at its first try is not asked about, for another writer may have written the same bytes', async () => {
    await serve(() => s3Error(412, 'PreconditionFailed'))
    await expect(store.put('lease', 'mine', { ifNoneMatch: '*' })).rejects.toThrow(PreconditionFailedError)
    expect(methods()).toBe('PUT')
  })

  it('is tried again where S3 says that another one is under way', async () => {
    await serve((_, count) => (count < 3 ? s3Error(409, 'ConditionalRequestConflict') : { headers: { etag } }))
    expect(await store.put('lease', 'mine', { ifNoneMatch: '*' })).toEqual({ etag })
    expect(methods()).toBe('PUT PUT PUT')
    expect(server.requests.map(request => request.headers['if-none-match'])).toEqual(['*', '*', '*'])
  })

  it('with ifMatch of an object that is gone has lost', async () => {
    await serve(() => s3Error(404, 'NoSuchKey'))
    await expect(store.put('lease', 'mine', { ifMatch: '"x"' })).rejects.toThrow(PreconditionFailedError)
  })
})

describe('a completion', () => {
  const parts = [
    { partNumber: 1, etag: `"${md5('one')}"` },
    { partNumber: 4, etag: `"${md5('two')}";CRC32=AAAAAA==` },
  ]
  const whole = `"${md5(Buffer.from(md5('one') + md5('two'), 'hex'))}-2"`

  it.each([
    ['PreconditionFailed', 412],
    ['NoSuchUpload', 404],
  ])('whose answer was lost has succeeded after %s, if the object is made of its parts', async (code, status) => {
    await serve(({ method }, count) => {
      if (count === 1) return { hangUp: true }
      return method === 'POST' ? s3Error(status, code) : { headers: { etag: whole } }
    })
    expect(await store.completeUpload('archive', 'id', parts, { ifNoneMatch: '*' })).toEqual({ etag: whole })
    expect(methods()).toBe('POST POST HEAD')
    expect(server.requests[0]?.body.toString()).toContain('<ChecksumCRC32>AAAAAA==</ChecksumCRC32>')
  })

  it('whose answer was lost has failed, if the object is another one or absent', async () => {
    let there = true
    await serve(({ method }) => {
      if (method === 'HEAD') return there ? { headers: { etag: '"other-2"' } } : { status: 404 }
      const tries = server.requests.filter(request => request.method === 'POST').length
      return tries % 2 === 1 ? { hangUp: true } : s3Error(404, 'NoSuchUpload')
    })
    await expect(store.completeUpload('archive', 'id', parts)).rejects.toThrow(UploadNotFoundError)
    there = false
    await expect(store.completeUpload('archive', 'id', parts)).rejects.toThrow(UploadNotFoundError)
  })

  it('that answers 200 and then an error is tried again', async () => {
    await serve((_, count) => {
      if (count === 1) return { ...s3Error(200, 'InternalError') }
      return { body: `<CompleteMultipartUploadResult><ETag>${whole}</ETag></CompleteMultipartUploadResult>` }
    })
    expect(await store.completeUpload('archive', 'id', parts)).toEqual({ etag: whole })
  })
})

describe('a busy or broken server', () => {
  it('that says SlowDown once is asked again', async () => {
    await serve((_, count) => (count === 1 ? s3Error(503, 'SlowDown') : { headers: { etag: '"x"' } }))
    expect(await store.put('x', 'y')).toEqual({ etag: '"x"' })
  })

  it('that breaks off within a body gives ConnectionBroken after what came', async () => {
    await serve(() => ({ headers: { 'content-length': '100', etag: '"x"' }, body: 'half of it', hangUp: true }))
    const { body } = await store.get('backups/b/x')
    let seen = ''
    const error = await (async () => {
      for await (const chunk of body) seen += chunk
    })().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code: 'ConnectionBroken', message: expect.stringContaining('10 of 100 bytes') })
    expect(seen).toBe('half of it')
  })

  it('that ignores ranges is refused, for a reader of a range must not get the whole', async () => {
    await serve(() => ({ headers: { etag: '"x"' }, body: '0123456789' }))
    await expect(store.get('x', { start: 3, end: 4 })).rejects.toMatchObject({ code: 'RangeIgnored' })
    expect(await text((await store.get('x')).body)).toBe('0123456789')
  })
})

describe('deletion in batches', () => {
  const asked = (request: Request) => [...request.body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(match => match[1])

  it('carries Content-MD5, which older stores insist on', async () => {
    await serve(() => ({ body: '<DeleteResult/>' }))
    expect(await store.delete(['a', 'b'])).toEqual([])
    const [request] = server.requests
    expect(request?.headers['content-md5']).toBe(Buffer.from(md5(request?.body ?? ''), 'hex').toString('base64'))
  })

  it('takes at most 1,000 keys at a time', async () => {
    await serve(() => ({ body: '<DeleteResult/>' }))
    const keys = Array.from({ length: 2500 }, (_, n) => `k${n}`)
    expect(await store.delete(keys)).toEqual([])
    expect(server.requests.map(request => asked(request).length).sort()).toEqual([1000, 1000, 500])
    expect(new Set(server.requests.flatMap(asked))).toEqual(new Set(keys))
  })

  it('names the objects that stay, with the reason of the store', async () => {
    await serve(() => ({
      body: '<DeleteResult><Error><Key>locked</Key><Code>AccessDenied</Code><Message>Object is WORM protected</Message></Error></DeleteResult>',
    }))
    expect(await store.delete(['locked', 'free'])).toEqual([
      { key: 'locked', code: 'AccessDenied', message: 'Object is WORM protected' },
    ])
  })

  it('goes key by key where the store has no batches, and for keys that XML can not hold', async () => {
    await serve(({ method, path }) => {
      if (method === 'POST') return s3Error(501, 'NotImplemented')
      return path.endsWith('locked') ? s3Error(403, 'AccessDenied') : { status: 204 }
    })
    expect(await store.delete(['a', 'locked', 'bell\u0007'])).toMatchObject([{ key: 'locked', code: 'AccessDenied' }])
    const single = server.requests.filter(request => request.method === 'DELETE').map(request => request.path)
    expect(single.sort()).toEqual(['/shelf/a', '/shelf/bell\u0007', '/shelf/locked'])
  })
})
