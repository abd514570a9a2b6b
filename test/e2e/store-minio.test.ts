import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStore } from '../../lib/store/open.ts'
import { storeSuite } from '../suites/store.ts'

const endpoint = process.env.S3_ENDPOINT ?? ''
const region = process.env.AWS_REGION ?? 'us-east-1'

async function newBucket(options: Partial<CreateBucketCommandInput> = {}): Promise<string> {
  const bucket = `store-${randomUUID()}`
  const client = new S3Client({ endpoint, region, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket, ...options }))
  client.destroy()
  return bucket
}

const open = (bucket: string, config: Record<string, string> = {}) =>
  openStore({
    spec: {
      provider: 'aws',
      objectStorage: { bucket, prefix: '/clusters/a b+c/' },
      config: { region, s3Url: endpoint, ...config },
    },
  })

async function openMinio() {
  const store = await open(await newBucket())
  return { store, close: () => store.close() }
}

if (endpoint === '') {
  describe('MinIO as a store', () => {
    it.skipIf(process.env.CI_E2E !== '1')('needs S3_ENDPOINT and AWS_* in the environment', () => {
      expect.fail('S3_ENDPOINT is not set')
    })
  })
  if (process.env.CI_E2E !== '1') process.stderr.write('MinIO as a store: skipped, for S3_ENDPOINT is not set\n')
} else {
  storeSuite('MinIO as a store', openMinio)
  describe('MinIO', () => {
    beforeEach(() => {
      vi.stubEnv('AWS_SESSION_TOKEN', undefined)
    })
    afterEach(() => {
      vi.unstubAllEnvs()
    })

    it.each([
      'CRC32',
      'CRC32C',
      'CRC64NVME',
      'SHA1',
      'SHA256',
    ])('checks %s of objects and parts', async checksumAlgorithm => {
      const store = await open(await newBucket(), { checksumAlgorithm, tagging: 'team=a' })
      await store.put('x', 'y')
      const id = await store.createUpload('parts')
      const parts = [
        await store.uploadPart('parts', id, 1, Buffer.alloc(5 * 1024 * 1024)),
        await store.uploadPart('parts', id, 2, Buffer.from('end')),
      ]
      await store.completeUpload('parts', id, parts, { ifNoneMatch: '*' })
      expect((await store.head('parts'))?.size).toBe(5 * 1024 * 1024 + 3)
      expect(await store.delete(['x', 'parts'])).toEqual([])
      await store.close()
    })

    it('serves signed URLs to anyone', async () => {
      const { store, close } = await openMinio()
      await store.put('backups/b/b logs.gz', 'lines')
      const url = (await store.presignGet?.('backups/b/b logs.gz', 60)) ?? ''
      expect(await (await fetch(url)).text()).toBe('lines')
      await close()
    })

    it.each([
      ['AWS_ACCESS_KEY_ID', 'InvalidAccessKeyId'],
      ['AWS_SECRET_ACCESS_KEY', 'SignatureDoesNotMatch'],
    ])('with a wrong %s is refused with the reason', async (name, code) => {
      const bucket = await newBucket()
      vi.stubEnv(name, 'wrong')
      const store = await open(bucket)
      await expect(store.put('x', 'y')).rejects.toMatchObject({ code, next: expect.stringContaining('keys') })
      await store.close()
    })

    it('without the bucket is refused with the reason', async () => {
      const store = await open('store-absent')
      await expect(store.put('x', 'y')).rejects.toMatchObject({
        code: 'NoSuchBucket',
        next: expect.stringContaining('Create'),
      })
      await expect(store.list('')[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NoSuchBucket' })
      await store.close()
    })

    it('keeps the locked version of what is deleted, and hides it', async () => {
      const bucket = await newBucket({ ObjectLockEnabledForBucket: true })
      const store = await open(bucket)
      await store.put('locked', 'kept')
      const client = new S3Client({ endpoint, region, forcePathStyle: true })
      const Key = 'clusters/a b+c/locked'
      const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: new Date(Date.now() + 3_600_000) }
      await client.send(new PutObjectRetentionCommand({ Bucket: bucket, Key, Retention }))
      expect(await store.delete(['locked'])).toEqual([])
      expect(await store.head('locked')).toBeUndefined()
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
      expect(Versions.map(version => version.Key)).toEqual([Key])
      const objects = { Objects: [{ Key, VersionId: Versions[0]?.VersionId }] }
      const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: objects }))
      expect(Errors).toHaveLength(1)
      client.destroy()
      await store.close()
    })

    it('keeps a body open while other requests go on', async () => {
      const { store, close } = await openMinio()
      await store.put('large', Buffer.alloc(8 * 1024 * 1024, 'x'))
      const bodies = await Promise.all(Array.from({ length: 60 }, () => store.get('large')))
      expect((await store.head('large'))?.size).toBe(8 * 1024 * 1024)
      expect((await text(bodies[0]?.body ?? expect.fail())).length).toBe(8 * 1024 * 1024)
      for (const { body } of bodies) body.destroy()
      await close()
    })
  })
}
