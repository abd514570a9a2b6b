import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import type { Check } from '../../lib/jobs/doctor/types.ts'
import { contents, newBucket, newFolder, type TestBucket } from './helpers/bucket.ts'
import { endpoint, endToEnd } from './helpers/environment.ts'
import { lateen } from './helpers/lateen.ts'

endToEnd('the doctor', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await newBucket()
  })

  const checksOf = (stdout: string) => (JSON.parse(stdout) as { checks: Check[] }).checks

  test('finds a real control plane and MinIO fit, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await lateen('doctor -o json', bucket.env)
    expect(stderr).toBe('')
    const checks = checksOf(stdout)
    expect(checks.filter(({ verdict }) => verdict === 'problem')).toEqual([])
    expect(code).toBe(0)
    expect(checks.find(({ what }) => what === 'right to list')?.detail).toMatch(/cluster-wide$/)
    for (const what of ['If-None-Match', 'If-Match', 'multipart', 'uploads', 'read', 'delete'])
      expect(checks.find(check => check.what === `store: ${what}`)).toMatchObject({ verdict: 'ok' })
    expect(await contents(bucket)).toEqual([])
    expect(await Array.fromAsync(bucket.store.listUploads())).toEqual([])
  })

  test('finds a folder fit', async () => {
    const folder = await newFolder()
    const { code, stdout } = await lateen('doctor', folder.env)
    expect(stdout).not.toContain('\nproblem')
    expect(code).toBe(0)
    expect(await contents(folder)).toEqual([])
  })

  test('tells what is out of reach', async () => {
    const { code, stdout } = await lateen('doctor -o json', {
      ...bucket.env,
      LATEEN_BUCKET: `s3://none-${randomUUID()}`,
    })
    expect(code).toBe(5)
    const problems = checksOf(stdout).filter(({ verdict }) => verdict === 'problem')
    expect(problems).toMatchObject([{ what: 'store', fault: 'refused' }])
  })

  test('knows versions and object lock', async () => {
    const Bucket = `doctor-${randomUUID()}`
    const region = process.env.AWS_REGION ?? 'us-east-1'
    const client = new S3Client({ endpoint, region, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    client.destroy()
    const { code, stdout } = await lateen('doctor -o json', { ...bucket.env, LATEEN_BUCKET: `s3://${Bucket}` })
    expect(code).toBe(0)
    const [versions] = checksOf(stdout).filter(({ what }) => what === 'store: versions')
    expect(versions).toMatchObject({ verdict: 'ok', detail: expect.stringContaining('Enabled, object lock') })
  })
})
