import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudFormationClient, DescribeStackResourceCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Mapping } from './mapping.ts'
import { type Configuration, lambdaApi, type SourceMapping } from './moto-lambda.ts'
import { serverless } from './project.ts'
import { packagedTemplate, type Template } from './template.ts'
import type { DeployedFunction } from './types.ts'

/** A stack after `serverless deploy`, as AWS' APIs tell it. */
export interface Deployment {
  endpoint: string
  region: string
  stack: string
  /** The copy of the project that it was deployed from. */
  folder: string
  /** By the names that serverless.yml has for them. */
  functions: Record<string, DeployedFunction>
  /** By the same. */
  mappings: Record<string, Mapping>
}

/** Whoever deploys; moto takes any. */
export const OPERATOR = { accessKeyId: 'operator', secretAccessKey: 'operator-secret' }

const REGION = 'eu-central-1'

/** Deploys to AWS' APIs at an endpoint. `env`: what deploying is told by variables. */
export async function deploy(endpoint: string, folder: string, env: Record<string, string>): Promise<Deployment> {
  const keys = { AWS_ACCESS_KEY_ID: OPERATOR.accessKeyId, AWS_SECRET_ACCESS_KEY: OPERATOR.secretAccessKey }
  await serverless(folder, ['deploy', '--region', REGION], { ...keys, ...env, AWS_ENDPOINT_URL: endpoint })
  const template = await packagedTemplate(folder)
  const bucket = await completeStack(endpoint, 'lateen-production', template)
  return {
    endpoint,
    region: REGION,
    stack: 'lateen-production',
    folder,
    ...(await readStack(endpoint, bucket, template, folder)),
  }
}

/**
 * moto works outputs out when a stack is updated, and not where a change set does that, as osls has it: the same template once more.
 * Answers the bucket with the code.
 */
async function completeStack(endpoint: string, stack: string, template: Template): Promise<string> {
  const formation = new CloudFormationClient({ endpoint, region: REGION, credentials: OPERATOR })
  const update = {
    StackName: stack,
    TemplateBody: JSON.stringify(template),
    Capabilities: ['CAPABILITY_NAMED_IAM' as const],
  }
  await formation.send(new UpdateStackCommand(update))
  const { StackResourceDetail } = await formation.send(
    new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: 'ServerlessDeploymentBucket' }),
  )
  formation.destroy()
  return StackResourceDetail?.PhysicalResourceId ?? ''
}

/** Takes the event source mappings out: moto would call functions itself, in containers, and our own pollers are in their place. */
async function readStack(endpoint: string, bucket: string, template: Template, folder: string) {
  const api = lambdaApi(endpoint, REGION)
  const s3 = new S3Client({ endpoint, region: REGION, credentials: OPERATOR, forcePathStyle: true })
  const functions: Deployment['functions'] = {}
  for (const { FunctionName } of await api.functions()) {
    const { Configuration, Code } = await api.function(FunctionName)
    const Key = decodeURIComponent(new URL(Code.Location).pathname.slice(1))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    const zip = join(folder, `${FunctionName}.zip`)
    await writeFile(zip, (await Body?.transformToByteArray()) ?? '')
    functions[shortName(FunctionName)] = functionOf(Configuration, zip, storageOf(template, Configuration))
  }
  s3.destroy()
  const mappings: Deployment['mappings'] = {}
  for (const mapping of await api.mappings()) {
    mappings[shortName(mapping.FunctionArn)] = mappingOf(mapping)
    await api.deleteMapping(mapping.UUID)
  }
  return { functions, mappings }
}

/** `backup` of `lateen-production-backup`. */
const shortName = (name: string) => name.slice(name.lastIndexOf('-') + 1)

/** Which moto leaves out. */
function storageOf({ Resources }: Template, { FunctionName }: Configuration): number {
  const found = Object.values(Resources).find(({ Properties }) => Properties?.FunctionName === FunctionName)
  return (found?.Properties.EphemeralStorage as { Size: number } | undefined)?.Size ?? 512
}

function functionOf(configuration: Configuration, zip: string, storageMb: number): DeployedFunction {
  return {
    name: configuration.FunctionName,
    arn: configuration.FunctionArn,
    handler: configuration.Handler,
    memoryMb: configuration.MemorySize,
    storageMb,
    timeoutMs: configuration.Timeout * 1000,
    runtime: configuration.Runtime,
    region: REGION,
    environment: configuration.Environment?.Variables ?? {},
    zip,
  }
}

function mappingOf({ EventSourceArn, BatchSize, FunctionResponseTypes }: SourceMapping): Mapping {
  const [account, queue] = EventSourceArn.split(':').slice(4)
  return {
    queueUrl: `https://sqs.${REGION}.amazonaws.com/${account}/${queue}`,
    queueArn: EventSourceArn,
    region: REGION,
    batchSize: BatchSize,
    partial: FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    concurrency: 2,
  }
}
