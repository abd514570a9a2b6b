import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { backupArchiveKey, backupIndexKey, backupManifestKey, backupsPrefix } from '../lib/bucket/layout.ts'

export const BUCKET = 'bench'
/** Where copies lie that are as Velero would have written them. */
export const VELERO_BUCKET = 'bench-velero'

function connect(env: NodeJS.ProcessEnv): S3Client {
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' }
  return new S3Client({ endpoint: env.S3_ENDPOINT ?? '', forcePathStyle: true, region: 'us-east-1', credentials })
}

export async function makeBucket(env: NodeJS.ProcessEnv, name: string): Promise<void> {
  const s3 = connect(env)
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  s3.destroy()
}

/** Copies a backup as Velero would have written it: an archive of one gzip member, and no index to it. */
export async function copyAsVelero(env: NodeJS.ProcessEnv, name: string): Promise<void> {
  const s3 = connect(env)
  const own = [backupIndexKey(name), backupManifestKey(name)]
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `${backupsPrefix}${name}/` }),
  )
  const folder = await mkdtemp(join(tmpdir(), 'lateen-bench-copy-'))
  for (const { Key = '' } of Contents.filter(object => !own.includes(object.Key ?? ''))) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
    // By a file: a PUT has to tell its length first.
    const file = join(folder, 'copy')
    const anew = Key === backupArchiveKey(name) ? [createGunzip(), createGzip()] : []
    await pipeline([Body as Readable, ...anew, createWriteStream(file)])
    const { size } = await stat(file)
    await s3.send(
      new PutObjectCommand({ Bucket: VELERO_BUCKET, Key, Body: createReadStream(file), ContentLength: size }),
    )
  }
  await rm(folder, { recursive: true })
  s3.destroy()
}

const FILES = [
  '.tar.gz',
  '-logs.gz',
  '-results.gz',
  '-resource-list.json.gz',
  '-volumeinfo.json.gz',
  '-itemoperations.json.gz',
].concat(['-podvolumebackups.json.gz', '-volumesnapshots.json.gz', '-lateen-index.json.gz'])

/** How many backups are filled in or deleted side by side. */
const AT_ONCE = 8

/** So many backups that expired long ago, with a record and nine files each. */
export async function fillWithExpired(env: NodeJS.ProcessEnv, count: number): Promise<void> {
  const s3 = connect(env)
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))
  const fill = async (name: string) => {
    const status = { phase: 'Completed', startTimestamp: '2020-01-01T00:00:00Z', expiration: '2020-01-31T00:00:00Z' }
    const metadata = { name, namespace: 'velero', uid: `uid-${name}` }
    const record = { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec: {}, status }
    await Promise.all(FILES.map(file => put(`${backupsPrefix}${name}/${name}${file}`, 'x'.repeat(1000))))
    await put(`${backupsPrefix}${name}/velero-backup.json`, JSON.stringify(record))
  }
  await sideBySide(count, i => fill(`b${i}`))
  s3.destroy()
}

/** The least that deleting those takes: each record is read, and its backup's files are deleted by one request. Answers seconds. */
export async function deleteBarely(env: NodeJS.ProcessEnv, count: number): Promise<number> {
  const s3 = connect(env)
  const started = performance.now()
  await sideBySide(count, async i => {
    const folder = `${backupsPrefix}b${i}/`
    const record = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `${folder}velero-backup.json` }))
    await record.Body?.transformToString()
    const keys = ['velero-backup.json', ...FILES.map(file => `b${i}${file}`)]
    const Objects = keys.map(key => ({ Key: folder + key }))
    await s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }))
  })
  s3.destroy()
  return (performance.now() - started) / 1000
}

async function sideBySide(count: number, work: (i: number) => Promise<void>): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => i).values()
  const worker = async () => {
    for (const i of numbers) await work(i)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
