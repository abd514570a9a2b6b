import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import type { BackupAnswer } from '../../lib/jobs/backup-events.ts'
import type { GcAnswer } from '../../lib/jobs/gc-events.ts'
import type { RestoreAnswer } from '../../lib/jobs/restore-events.ts'
import { openStore } from '../../lib/store/open.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { described, statementsIn } from '../unit/deploy/description.ts'
import { openCluster, removeNamespaces } from './helpers/cluster.ts'
import { manyConfigMaps } from './helpers/config-maps.ts'
import { endpoint, endToEnd } from './helpers/environment.ts'
import { answerOf, backupMessage, invoke, restoreMessage } from './helpers/messages.ts'
import { sessionOf } from './helpers/session.ts'

/** Of 8 kB that don't compress: two parts of an archive. */
const OBJECTS = 1_200

endToEnd('with no more rights in the bucket than its role has', () => {
  const region = process.env.AWS_REGION ?? 'us-east-1'
  const bucket = `rights-${randomUUID()}`
  const namespace = `rights-${process.pid}`
  const restored = `${namespace}-restored`
  const [backupUid, restoreUid] = [randomUUID(), randomUUID()]
  const config = { region, s3Url: endpoint, s3ForcePathStyle: 'true' }
  const env: Record<string, Record<string, string>> = {}
  let transport: Transport
  let store: ObjectStore

  beforeAll(async () => {
    transport = await openCluster()
    await manyConfigMaps(transport, namespace, OBJECTS)
    const client = new S3Client({ endpoint, region, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    const VersioningConfiguration = { Status: 'Enabled' as const }
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
    client.destroy()
    store = await openStore({ spec: { provider: 'aws', objectStorage: { bucket, prefix: 'clusters/prod' }, config } })
    const deployed = { LATEEN_BUCKET: `s3://${bucket}/clusters/prod` }
    const description = await described(undefined, deployed)
    for (const name of ['Backup', 'Restore', 'Gc'])
      env[name] = { ...deployed, LATEEN_S3_URL: endpoint, ...(await sessionOf(statementsIn(description, name))) }
  })
  afterAll(async () => {
    await removeNamespaces(transport, [namespace, restored])
    await transport.close()
    await store.close()
  })
  const as = (name: string) => ({ env: env[name] as { LATEEN_BUCKET: string; LATEEN_S3_URL: string } })

  test('the backup function makes a backup, also one that goes on in other invocations', async () => {
    const message = backupMessage('b1', backupUid, { includedNamespaces: [namespace], ttl: '1h' })
    const first = await answerOf<BackupAnswer>(invoke(message, as('Backup'), 'backup', 1_000))
    const answers = [first]
    while (answers.at(-1)?.how === 'continued' && answers.length < 20)
      answers.push(await answerOf<BackupAnswer>(invoke(message, as('Backup'), 'backup', 4_000)))
    expect(answers.map(({ how }) => how)).toContain('continued')
    expect(answers.at(-1)).toMatchObject({ how: 'finished', phase: 'Completed', errors: [], warnings: [] })
  })

  test('it looks at schedules', async () => {
    const tick = { kind: 'ScheduleList', apiVersion: 'velero.io/v1' }
    const answer = await answerOf<never>(invoke(tick, as('Backup')))
    expect(answer).toEqual([{ location: 'default', sent: [], problems: [] }])
  })

  test('the restore function restores it', async () => {
    const spec = { backupName: 'b1', namespaceMapping: { [namespace]: restored } }
    const answer = await answerOf<RestoreAnswer>(
      invoke(restoreMessage('r1', restoreUid, spec), as('Restore'), 'restore'),
    )
    expect(answer).toMatchObject({ phase: 'Completed', errors: [], warnings: [] })
    expect(answer.items).toBeGreaterThan(OBJECTS)
  })

  test('the gc function deletes it with all versions, and looks through the location', async () => {
    const list = { kind: 'BackupStorageLocationList', apiVersion: 'velero.io/v1' }
    expect(await answerOf<GcAnswer[]>(invoke(list, as('Gc'), 'gc'))).toMatchObject([
      { how: 'finished', kept: 1, problems: [] },
    ])
    const request = {
      kind: 'DeleteBackupRequest',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'd1', labels: { 'velero.io/backup-uid': backupUid } },
      spec: { backupName: 'b1' },
    }
    expect(await answerOf<GcAnswer[]>(invoke(request, as('Gc'), 'gc'))).toMatchObject([{ how: 'deleted' }])
    expect(await store.head('backups/b1/velero-backup.json')).toBeUndefined()
  })

  test.each([
    ['Backup', 'restores/r2/velero-restore.json'],
    ['Restore', 'backups/b2/velero-backup.json'],
  ])('the role of %s may not write %s', async (name, key) => {
    const credentials = env[name] as Record<string, string>
    const client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: {
        accessKeyId: credentials.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY ?? '',
        sessionToken: credentials.AWS_SESSION_TOKEN ?? '',
      },
    })
    const put = client.send(new PutObjectCommand({ Bucket: bucket, Key: `clusters/prod/${key}`, Body: '{}' }))
    await expect(put).rejects.toThrow(/Access ?Denied/)
    client.destroy()
  })
})
