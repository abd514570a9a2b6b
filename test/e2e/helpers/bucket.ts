import { randomUUID } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openStore } from '../../../lib/store/open.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { endpoint } from './environment.ts'

/** A bucket, and how the command line is told of it. */
export interface TestBucket {
  store: ObjectStore
  env: { LATEEN_BUCKET: string; LATEEN_S3_URL: string | undefined }
}

const region = process.env.AWS_REGION ?? 'us-east-1'

export async function newBucket(): Promise<TestBucket> {
  const bucket = `e2e-${randomUUID()}`
  const client = new S3Client({ endpoint, region, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const config = { region, s3Url: endpoint, s3ForcePathStyle: 'true' }
  const store = await openStore({ spec: { provider: 'aws', objectStorage: { bucket }, config } })
  return { store, env: { LATEEN_BUCKET: `s3://${bucket}`, LATEEN_S3_URL: endpoint } }
}

export async function newFolder(): Promise<TestBucket> {
  const bucket = await mkdtemp(join(tmpdir(), 'lateen-e2e-'))
  const store = await openStore({ spec: { provider: 'file', objectStorage: { bucket } } })
  return { store, env: { LATEEN_BUCKET: `file://${bucket}`, LATEEN_S3_URL: undefined } }
}

export async function read({ store }: TestBucket, key: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync((await store.get(key)).body))
}

/** One of the files of a backup, by what follows its name, uncompressed. */
export async function backupText(bucket: TestBucket, name: string, suffix: string): Promise<string> {
  return gunzipSync(await read(bucket, `backups/${name}/${name}${suffix}`)).toString()
}

export async function backupJson<T>(bucket: TestBucket, name: string, suffix: string): Promise<T> {
  return JSON.parse(await backupText(bucket, name, suffix)) as T
}

/** The same of a restore: `results.gz`, `resource-list.json.gz`. */
export async function restoreJson<T>(bucket: TestBucket, name: string, suffix: string): Promise<T> {
  return JSON.parse(gunzipSync(await read(bucket, `restores/${name}/restore-${name}-${suffix}`)).toString()) as T
}

/** Every object with its version, to tell that nothing was written. */
export async function contents({ store }: TestBucket): Promise<string[]> {
  const objects: string[] = []
  for await (const page of store.list(''))
    objects.push(...page.objects.map(({ key, etag, lastModified }) => `${key} ${etag} ${lastModified.toISOString()}`))
  return objects
}
