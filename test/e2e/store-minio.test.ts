import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../lib/store/open.ts'
import { storeSuite } from '../suites/store.ts'

const endpoint = process.env.S3_ENDPOINT

async function openMinio() {
  const bucket = `store-${randomUUID()}`
  const region = process.env.AWS_REGION ?? 'us-east-1'
  const client = new S3Client({ endpoint: endpoint as string, region, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const store = await openStore({
    spec: {
      provider: 'aws',
      objectStorage: { bucket, prefix: '/clusters/a b+c/' },
      config: { region, s3Url: endpoint as string },
    },
  })
  return { store, close: () => store.close() }
}

if (endpoint) storeSuite('MinIO as a store', openMinio)
else {
  describe('MinIO as a store', () => {
    it.skipIf(process.env.CI_E2E !== '1')('needs S3_ENDPOINT and AWS_* in the environment', () => {
      expect.fail('S3_ENDPOINT is not set')
    })
  })
  if (process.env.CI_E2E !== '1') process.stderr.write('MinIO as a store: skipped, for S3_ENDPOINT is not set\n')
}
