import * as z from 'zod'
import { LateenError, messageOf } from '../../velero/errors.ts'
import { type AwsAnswer, type AwsService, askAws, failureIn } from '../aws/send.ts'
import type { Endpoint } from '../http/endpoint.ts'

/** EKS did not tell where the cluster is. */
export class EksError extends LateenError {}

export interface EksRequest extends Omit<AwsService, 'service'> {
  cluster: string
}

const schema = z.object({
  cluster: z.object({
    endpoint: z.string().optional(),
    status: z.string().optional(),
    certificateAuthority: z.object({ data: z.string() }).optional(),
  }),
})

const NEXT: Record<number, string> = {
  403: 'Allow eks:DescribeCluster on this cluster to the role that asks.',
  404: 'Check eks.cluster and eks.region.',
}

/** EKS' DescribeCluster, as far as a connection needs it: address and authority. */
export async function describeCluster(asked: EksRequest): Promise<Endpoint> {
  const { cluster } = asked
  const answered = await send(asked)
  const { status, text } = answered
  if (status !== 200) {
    throw new EksError(
      `EKS cluster "${cluster}" in ${asked.region} can't be described (${status}): ${failureIn(answered).message}`,
      {
        next: NEXT[status] ?? 'Check the AWS credentials, and try again.',
      },
    )
  }
  const answer = schema.parse(JSON.parse(text)).cluster
  if (answer.endpoint === undefined || answer.certificateAuthority === undefined) {
    throw new EksError(`EKS cluster "${cluster}" has no address yet: it is ${answer.status ?? 'not ready'}`, {
      next: 'Wait until it is ACTIVE.',
    })
  }
  return { server: answer.endpoint, ca: Buffer.from(answer.certificateAuthority.data, 'base64') }
}

async function send({ cluster, ...asked }: EksRequest): Promise<AwsAnswer> {
  try {
    const path = `/clusters/${encodeURIComponent(cluster)}`
    return await askAws({ ...asked, service: 'eks' }, { method: 'GET', path })
  } catch (error) {
    if (error instanceof LateenError) throw error
    throw new EksError(`EKS in ${asked.region} can't be reached: ${messageOf(error)}`, {
      next: 'A function in a VPC needs a NAT gateway or an interface endpoint for EKS.',
      cause: error,
    })
  }
}
