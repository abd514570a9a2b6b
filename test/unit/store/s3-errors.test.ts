import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { storeError } from '../../../lib/store/s3/errors.ts'
import { ObjectNotFoundError, type ObjectStore, StoreError } from '../../../lib/store/types.ts'
import { fakeS3, openAt, s3Error } from './s3-server.ts'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

async function failureOf(store: ObjectStore, attempt: (store: ObjectStore) => Promise<unknown>): Promise<StoreError> {
  const error = await attempt(store).catch((thrown: unknown) => thrown)
  await store.close()
  expect(error).toBeInstanceOf(StoreError)
  return error as StoreError
}

const firstPage = async (store: ObjectStore) => {
  for await (const _ of store.list('')) break
}

describe('an answer of S3 becomes one sentence and a next step', () => {
  it.each([
    [403, 'AccessDenied', /access to the bucket "shelf" at http:.* is denied/, /s3:ListBucket/],
    [403, 'InvalidAccessKeyId', /does not know the access key/, /credentials file/],
    [403, 'SignatureDoesNotMatch', /its secret is wrong/, /credentials file/],
    [400, 'ExpiredToken', /have expired/, /Renew/],
    [404, 'NoSuchBucket', /the bucket "shelf" at http:.* does not exist/, /spec.objectStorage.bucket/],
    [301, 'PermanentRedirect', /another region/, /spec.config.region/],
    [403, 'RequestTimeTooSkewed', /clock/, /Set the clock/],
  ])('%i %s', async (status, code, sentence, next) => {
    const server = await fakeS3(() => s3Error(status, code))
    const error = await failureOf(await openAt(server.url), firstPage)
    await server.close()
    expect(error.code).toBe(code)
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(server.url)
    expect(error.next).toMatch(next)
  })

  it('a code that nobody has heard of keeps its name and its message', async () => {
    const server = await fakeS3(() => s3Error(400, 'OddThing'))
    const error = await failureOf(await openAt(server.url), store => store.put('a/b', 'x'))
    await server.close()
    expect(error).toMatchObject({ code: 'OddThing', message: expect.stringMatching(/write "a\/b".*OddThing: told to/) })
  })

  it('403 to a HEAD, which has no body to tell more', async () => {
    const server = await fakeS3(() => ({ status: 403 }))
    const error = await failureOf(await openAt(server.url), store => store.head('x'))
    await server.close()
    expect(error.message).toMatch(/access to the bucket "shelf" .* is denied/)
  })

  it('an absent object', async () => {
    const server = await fakeS3(() => s3Error(404, 'NoSuchKey'))
    const error = await failureOf(await openAt(server.url), store => store.get('x'))
    await server.close()
    expect(error).toBeInstanceOf(ObjectNotFoundError)
  })
})

describe('a server that does not answer', () => {
  it('is named where it refuses connections', async () => {
    const server = await fakeS3(() => ({}))
    await server.close()
    const error = await failureOf(await openAt(server.url), firstPage)
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      message: expect.stringContaining(`${server.url} can't be reached`),
    })
    expect(error.next).toMatch(/s3Url/)
  })

  it('is named where its host is unknown', () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND nowhere'), { code: 'ENOTFOUND' })
    const error = storeError(cause, { bucket: 'shelf', server: 'https://nowhere' }, 'list ""')
    expect(error).toMatchObject({
      code: 'ENOTFOUND',
      message: expect.stringMatching(/https:\/\/nowhere can't be resolved/),
    })
  })

  it('is named where there are no credentials for it', async () => {
    vi.unstubAllEnvs()
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/absent')
    vi.stubEnv('AWS_CONFIG_FILE', '/absent')
    const error = await failureOf(await openAt('http://127.0.0.1:9'), firstPage)
    expect(error.message).toMatch(/no credentials for http:\/\/127.0.0.1:9/)
  })

  it('leaves programming errors as they are', () => {
    const bug = new TypeError('undefined is not a function')
    expect(storeError(bug, { bucket: 'shelf', server: 'AWS' }, 'list ""')).toBe(bug)
  })
})

const openssl = (() => {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' })
  } catch {
    process.stderr.write('TLS to a store: skipped, for there is no openssl to make a certificate\n')
    return undefined
  }
})()

describe.skipIf(!openssl)('TLS', () => {
  let folder: string
  let tls: { key: string; cert: string }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-tls-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=store', '-addext', 'subjectAltName=IP:127.0.0.1']
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync('openssl', [...make, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
    tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('with a certificate of an unknown CA is refused, and the error tells where to put the CA', async () => {
    const server = await fakeS3(() => ({ body: '<ListBucketResult/>' }), tls)
    const error = await failureOf(await openAt(server.url), firstPage)
    await server.close()
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', next: expect.stringContaining('caCert') })
    expect(error.message).toContain(`the certificate of ${server.url} is not trusted`)
  })

  it('works with caCert, and with insecureSkipTLSVerify', async () => {
    const server = await fakeS3(() => ({ body: '<ListBucketResult/>' }), tls)
    for (const store of [
      await openAt(server.url, {}, Buffer.from(tls.cert).toString('base64')),
      await openAt(server.url, { insecureSkipTLSVerify: 'true' }),
    ]) {
      await firstPage(store)
      await store.close()
    }
    await server.close()
    expect(server.requests).toHaveLength(2)
  })

  it('to a server that speaks plain HTTP asks whether the URL is right', async () => {
    const server = await fakeS3(() => ({}))
    const error = await failureOf(await openAt(server.url.replace('http:', 'https:')), firstPage)
    await server.close()
    expect(error.next).toMatch(/http:\/\/ instead of https:\/\//)
  })
})
