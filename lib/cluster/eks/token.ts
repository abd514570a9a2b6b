import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { AwsCredentials } from '../aws/credentials.ts'
import { awsHost } from '../aws/partition.ts'

/**
 * A token for an EKS cluster: a presigned STS GetCallerIdentity, bound to the cluster by a signed header. The cluster
 * honours it for 15 minutes from `now`, unless the credentials end before. No request is made. It is a secret.
 *
 * The verifier (aws-iam-authenticator, pkg/token) refuses any query key that this does not need, so nothing may be added.
 */
export async function eksToken(
  cluster: string,
  region: string,
  credentials: AwsCredentials,
  now: Date,
): Promise<string> {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 })
  const hostname = awsHost('sts', region)
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    // Counts for nothing to the verifier, but all other makers of tokens say 60.
    { expiresIn: 60, signingDate: now },
  )
  const pairs = Object.entries(query).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  )
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${pairs.join('&')}`).toString('base64url')}`
}
