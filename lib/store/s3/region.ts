import { HeadBucketCommand, type S3Client, type S3ServiceException } from '@aws-sdk/client-s3'
import { InvalidInputError } from '../../velero/errors.ts'

/** Asks AWS in which region a bucket lies. AWS tells it even with a redirection or a refusal. Closes the client. */
export async function bucketRegion(client: S3Client, bucket: string): Promise<string> {
  try {
    const answer = await client.send(new HeadBucketCommand({ Bucket: bucket }))
    if (answer.BucketRegion) return answer.BucketRegion
  } catch (error) {
    const region = (error as S3ServiceException).$response?.headers?.['x-amz-bucket-region']
    if (region) return region
    throw error
  } finally {
    client.destroy()
  }
  throw new InvalidInputError(`AWS does not tell the region of the bucket ${JSON.stringify(bucket)}`, {
    next: 'Set spec.config.region of the storage location.',
  })
}
