import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStore } from '../../../lib/store/open.ts'
import { bucketRegion } from '../../../lib/store/s3/region.ts'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import type { BackupStorageLocationSpec } from '../../../lib/velero/types.ts'
import { type FakeS3, fakeS3, openAt, s3Error } from './s3-server.ts'

let folder: string
let server: FakeS3
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', undefined)
  folder = await mkdtemp(join(tmpdir(), 'lateen-s3-'))
  server = await fakeS3(({ query }) => ({
    headers: { etag: '"etag"', 'x-amz-checksum-sha256': 'c3Vt' },
    body: query.has('uploads')
      ? '<InitiateMultipartUploadResult><UploadId>id</UploadId></InitiateMultipartUploadResult>'
      : '',
  }))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  await rm(folder, { recursive: true })
})

const location = (spec: Partial<BackupStorageLocationSpec>): { spec: BackupStorageLocationSpec } => ({
  spec: { provider: 'aws', objectStorage: { bucket: 'shelf' }, ...spec },
})

describe('a location that can not be used is refused with the field and the fix', () => {
  it.each<[string, Partial<BackupStorageLocationSpec>, RegExp]>([
    ['a foreign provider', { provider: 'azure' }, /spec\.provider .*"azure".*not supported/],
    ['a prefixed foreign provider', { provider: 'velero.io/gcp' }, /"velero.io\/gcp"/],
    ['a relative folder', { provider: 'file', objectStorage: { bucket: 'data' } }, /absolute path.*"data"/],
    ['no bucket', { objectStorage: { bucket: '/' } }, /spec\.objectStorage\.bucket .*empty/],
    ['a slash in the bucket', { objectStorage: { bucket: 'a/b' } }, /must not hold a slash: "a\/b"/],
    ['an unknown key', { config: { regoin: 'x' } }, /unknown keys: regoin/],
    ['a bad boolean', { config: { s3ForcePathStyle: 'yes' } }, /s3ForcePathStyle .*not "yes"/],
    ['an endpoint without scheme', { config: { s3Url: 'minio:9000' } }, /s3Url .*http:\/\/.*"minio:9000"/],
    ['a bad public URL', { config: { publicUrl: 'ftp://x' } }, /publicUrl/],
    ['an unknown checksum', { config: { checksumAlgorithm: 'MD4' } }, /checksumAlgorithm "MD4"/],
    ['bad tags', { config: { tagging: 'a=b&c' } }, /tagging .*"c" is not/],
    ['a CA that is no certificate', { objectStorage: { bucket: 'b', caCert: 'AAAA' } }, /caCert is not a certificate/],
    [
      'a CA in a Secret',
      { objectStorage: { bucket: 'b', caCertRef: { name: 'n', key: 'k' } } },
      /caCertRef names a Secret/,
    ],
    [
      'a key in a Secret',
      { config: { customerKeyEncryptionSecret: 's/k' } },
      /customerKeyEncryptionSecret names a Secret/,
    ],
    ['two keys', { config: { kmsKeyId: 'k', customerKeyEncryptionFile: '/f' } }, /only one of/],
    [
      'an absent key file',
      { config: { customerKeyEncryptionFile: '/absent' } },
      /customerKeyEncryptionFile can't be read/,
    ],
  ])('%s', async (_, spec, sentence) => {
    const error = await openStore(location(spec)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InvalidInputError)
    expect((error as Error).message).toMatch(sentence)
  })

  it('a customer key of the wrong length', async () => {
    const file = join(folder, 'key')
    await writeFile(file, 'too short')
    await expect(openStore(location({ config: { customerKeyEncryptionFile: file } }))).rejects.toThrow(
      /9 bytes; .* exactly 32/,
    )
  })
})

describe('the names that Velero accepts', () => {
  it.each(['aws', 'velero.io/aws'])('%s is S3, with slashes around bucket and prefix taken off', async provider => {
    const store = await openStore(location({ provider, objectStorage: { bucket: '/shelf/', prefix: '/east/a/' } }))
    expect(store.url).toBe('s3://shelf/east/a')
  })
  it.each(['file', 'lateen.io/file'])('%s is a folder', async provider => {
    const store = await openStore(location({ provider, objectStorage: { bucket: folder, prefix: '/east/' } }))
    expect(store.url).toBe(`file://${folder}/east`)
  })
})

describe('what is sent', () => {
  async function requests(config: Record<string, string>) {
    const store = await openAt(server.url, config)
    await store.put('x', 'y')
    const id = await store.createUpload('x')
    const part = await store.uploadPart('x', id, 1, Buffer.from('y'))
    await store.head('x')
    await store.close()
    const [put, create, upload, head] = server.requests.map(request => request.headers)
    return { put, create, upload, head, part }
  }

  it('has no checksum unless the location asks for one, for older stores refuse them', async () => {
    for (const config of [{}, { checksumAlgorithm: '' }]) {
      const { part } = await requests(config)
      expect(part.etag).toBe('"etag"')
    }
    for (const { headers } of server.requests) {
      const names = Object.keys(headers).filter(name => /checksum|trailer|content-encoding|decoded/.test(name))
      expect(names).toEqual([])
    }
  })

  it('has the checksum that the location asks for, also at completion', async () => {
    const { put, create, upload, part } = await requests({ checksumAlgorithm: 'SHA256' })
    expect(put?.['x-amz-checksum-sha256']).toBeTruthy()
    expect(create?.['x-amz-checksum-algorithm']).toBe('SHA256')
    expect(upload?.['x-amz-checksum-sha256']).toBeTruthy()
    expect(part.etag).toBe('"etag";SHA256=c3Vt')
  })

  it('has encryption by KMS and tags where an object is made', async () => {
    const { put, create, upload } = await requests({ kmsKeyId: 'alias/k', tagging: 'team=a&cost=b' })
    for (const headers of [put, create]) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'alias/k',
        'x-amz-tagging': 'team=a&cost=b',
      })
    }
    expect(upload?.['x-amz-server-side-encryption']).toBeUndefined()
  })

  it('has the method of encryption', async () => {
    const { put } = await requests({ serverSideEncryption: 'AES256' })
    expect(put?.['x-amz-server-side-encryption']).toBe('AES256')
  })

  it("has the customer's key with all content", async () => {
    const file = join(folder, 'key')
    const key = Buffer.alloc(32, 0xff)
    await writeFile(file, key)
    const { put, create, upload, head } = await requests({ customerKeyEncryptionFile: file })
    for (const headers of [put, create, upload, head]) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption-customer-algorithm': 'AES256',
        'x-amz-server-side-encryption-customer-key': key.toString('base64'),
      })
    }
  })

  it('is signed with the keys of the credentials file and profile', async () => {
    const credentialsFile = join(folder, 'cloud')
    const entry = (name: string) => `[${name}]\naws_access_key_id=ID-${name}\naws_secret_access_key=secret\n`
    await writeFile(credentialsFile, entry('default') + entry('other'))
    for (const [profile, id] of [
      ['', 'ID-default'],
      ['other', 'ID-other'],
    ] as const) {
      const store = await openStore({
        spec: location({ config: { s3Url: server.url, profile } }).spec,
        credentialsFile,
      })
      await store.put('x', 'y')
      await store.close()
      expect(server.requests.at(-1)?.headers.authorization).toContain(`Credential=${id}/`)
    }
  })

  it('goes to the bucket as a path, unless s3ForcePathStyle says otherwise', async () => {
    const store = await openAt(server.url)
    await store.put('a/b c', 'y')
    expect(server.requests.at(-1)?.path).toBe('/shelf/a/b c')
    await store.close()
    const virtual = await openAt('http://store.example', { s3ForcePathStyle: 'false' })
    expect(await virtual.presignGet('x', 60)).toMatch(/^http:\/\/shelf\.store\.example\/x\?/)
  })
})

describe('signed URLs', () => {
  it('are for the public address and the time asked for', async () => {
    const store = await openAt(server.url, { publicUrl: 'https://public.example' })
    const url = new URL(await store.presignGet('backups/b/b-logs.gz', 600))
    expect(url.origin + url.pathname).toBe('https://public.example/shelf/backups/b/b-logs.gz')
    expect(url.searchParams.get('X-Amz-Expires')).toBe('600')
    await store.close()
  })
})

describe('the region of a bucket', () => {
  const clientAt = (url: string) => new S3Client({ endpoint: url, region: 'us-east-1', forcePathStyle: true })

  it.each([200, 301, 403])('is what the answer says, whether it is %i', async status => {
    const aws = await fakeS3(() => ({ status, headers: { 'x-amz-bucket-region': 'eu-central-1' } }))
    expect(await bucketRegion(clientAt(aws.url), 'shelf')).toBe('eu-central-1')
    await aws.close()
  })

  it('has to be configured where the answer does not say', async () => {
    const aws = await fakeS3(() => ({}))
    await expect(bucketRegion(clientAt(aws.url), 'shelf')).rejects.toMatchObject({
      next: expect.stringMatching(/region/),
    })
    await aws.close()
    const gone = await fakeS3(() => s3Error(404, 'NoSuchBucket'))
    await expect(bucketRegion(clientAt(gone.url), 'shelf')).rejects.toThrow()
    await gone.close()
  })
})
