import { LateenError, messageOf } from '../../velero/errors.ts'

/** What AWS requests are signed with; `expiration` where they are a session's. */
export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  expiration?: Date
}

/** No AWS credentials, or a role that can't be assumed. */
export class AwsCredentialsError extends LateenError {}

/** A role to act as, and what its trust policy may ask for. */
export interface AssumedRole {
  roleArn: string
  externalId?: string | undefined
}

/** What CloudTrail and `sts:RoleSessionName` in a trust policy see. */
const SESSION_NAME = 'lateen'

/**
 * The SDK's standard chain and, with a role, a session of it. Each call asks anew, so that what it answers has most of its life before
 * it. `purpose`, for errors: `the EKS cluster`.
 */
export function awsCredentials(region: string, purpose: string, role?: AssumedRole): () => Promise<AwsCredentials> {
  return async () => {
    // Loaded only by those who use IAM for a cluster.
    const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
    const clientConfig = { region }
    try {
      if (role === undefined) return await fromNodeProviderChain({ clientConfig })()
      const { roleArn, externalId } = role
      const params = { RoleArn: roleArn, RoleSessionName: SESSION_NAME, ...(externalId && { ExternalId: externalId }) }
      return await fromTemporaryCredentials({ params, clientConfig })()
    } catch (error) {
      throw new AwsCredentialsError(`no AWS credentials for ${purpose}: ${messageOf(error)}`, {
        next: role === undefined ? 'Give the function a role, or set AWS_PROFILE.' : letAssume(role),
        cause: error,
      })
    }
  }
}

function letAssume({ roleArn, externalId }: AssumedRole): string {
  const asked =
    externalId === undefined
      ? 'If its trust policy asks for an external ID, set eks.externalId.'
      : 'Its trust policy must ask for the same external ID.'
  return `Allow sts:AssumeRole on ${roleArn} to whoever runs this, and name them in that role's trust policy. ${asked}`
}
