import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Statement } from '../../../deploy/rights/statement.ts'
import { policyOf } from '../../helpers/policies.ts'
import { endpoint } from './environment.ts'

/** Of a role what a store knows. */
const isOfS3 = ({ Action }: Statement) => Action.every(action => action.startsWith('s3:'))

/** Credentials that may do no more in the store than a role's statements allow, as variables. The store enforces them. */
export async function sessionOf(statements: readonly Statement[]): Promise<Record<string, string>> {
  const s3 = policyOf(statements.filter(isOfS3)).map(({ Sid: _, ...statement }) => known(statement))
  const { accessKeyId, secretAccessKey, sessionToken } = await fromTemporaryCredentials({
    params: {
      // MinIO asks for one, whatever it is.
      RoleArn: 'arn:aws:iam::123456789012:role/lateen',
      RoleSessionName: 'lateen',
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: s3 }),
    },
    clientConfig: { endpoint, region: process.env.AWS_REGION ?? 'us-east-1' },
  })()
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  }
}

/** MinIO knows no conditions that count only where there is something to compare; without that they are stricter. */
function known(statement: Omit<Statement, 'Sid'>): object {
  const { Condition = {} } = statement
  const conditions = Object.entries(Condition).map(([operator, keys]) => [operator.replace(/IfExists$/, ''), keys])
  return { ...statement, ...(conditions.length > 0 && { Condition: Object.fromEntries(conditions) }) }
}
