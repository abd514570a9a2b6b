import { randomUUID } from 'node:crypto'
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectGarbage } from '../../lib/jobs/gc.ts'
import { openStore } from '../../lib/store/open.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { keys } from '../helpers/backups.ts'
import { putBackup, putRestore, remaining } from '../helpers/collected.ts'
import { endpoint, endToEnd } from './helpers/environment.ts'

const region = process.env.AWS_REGION ?? 'us-east-1'
const HOUR = 3_600_000
const past = () => new Date(Date.now() - HOUR).toISOString().replace(/\.\d+/, '')

endToEnd('what has expired', () => {
  let client: S3Client
  beforeAll(() => {
    client = new S3Client({ endpoint, region, forcePathStyle: true })
  })
  afterAll(() => client.destroy())

  async function location(kind: 'plain' | 'versioned' | 'locked') {
    const bucket = `gc-${randomUUID()}`
    await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: kind === 'locked' }))
    if (kind === 'versioned') {
      const VersioningConfiguration = { Status: 'Enabled' as const }
      await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
    }
    const config = { region, s3Url: endpoint, s3ForcePathStyle: 'true' }
    const spec = { provider: 'aws', objectStorage: { bucket, prefix: 'prod' }, config }
    return { bucket, settings: { location: { name: 'default', spec } }, store: await openStore({ spec }) }
  }

  const versions = async (bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'prod/backups/' }),
    )
    return { versions: Versions.map(({ Key }) => Key), markers: DeleteMarkers.length }
  }

  async function fill(store: ObjectStore): Promise<void> {
    await putBackup(store, 'old', { expiration: past() })
    await putBackup(store, 'new')
    await putRestore(store, 'r', 'old')
  }

  test.each([
    'plain',
    'versioned',
    'locked',
  ] as const)('goes from a %s bucket, and a second time nothing', async kind => {
    const { bucket, settings, store } = await location(kind)
    await fill(store)
    await store.put('backups/old/old-logs.gz', 'an older version lies under this')
    expect(await collectGarbage(settings)).toMatchObject({ how: 'finished', problems: [], locked: [], kept: 1 })
    expect((await remaining(store)).filter(key => !key.startsWith('backups/new/'))).toEqual([])
    expect((await versions(bucket)).versions.filter(key => !key?.startsWith('prod/backups/new/'))).toEqual([])
    expect(await collectGarbage(settings)).toMatchObject({ how: 'finished', problems: [], deleted: [] })
    await store.close()
  })

  test('is hidden where object lock keeps it, and named with its date', async () => {
    const { bucket, settings, store } = await location('locked')
    await fill(store)
    const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 6 * HOUR)
    const Retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate: until }
    const Key = 'prod/backups/old/old.tar.gz'
    await client.send(new PutObjectRetentionCommand({ Bucket: bucket, Key, Retention }))
    const LegalHold = { Status: 'ON' as const }
    const record = 'prod/backups/old/velero-backup.json'
    await client.send(new PutObjectLegalHoldCommand({ Bucket: bucket, Key: record, LegalHold }))
    const first = await collectGarbage(settings)
    expect(first.problems).toEqual([])
    expect(first.locked).toEqual(
      expect.arrayContaining([
        { key: 'backups/old/old.tar.gz', until: until.toISOString() },
        { key: 'backups/old/velero-backup.json' },
      ]),
    )
    expect(await keys(store, 'backups/old/')).toEqual([])
    expect((await versions(bucket)).versions.filter(key => key?.startsWith('prod/backups/old/'))).toEqual([Key, record])
    expect(await collectGarbage(settings)).toMatchObject({ deleted: [], locked: [], problems: [] })
    await store.close()
  })

  test('goes once from a bucket that two collect at the same time', async () => {
    const { settings, store } = await location('plain')
    await Promise.all(Array.from({ length: 30 }, (_, i) => putBackup(store, `b${i}`, { expiration: past() })))
    const results = await Promise.all([collectGarbage(settings), collectGarbage(settings)])
    expect(results.flatMap(({ problems }) => problems)).toEqual([])
    expect(results.flatMap(({ deleted }) => deleted)).toHaveLength(30)
    expect(await remaining(store)).toEqual([])
    await store.close()
  })
})
