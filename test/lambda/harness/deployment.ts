import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CloudFormationClient, DescribeStackResourceCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ask } from './aws-api.ts'
import type { Mapping } from './mapping.ts'
import type { DeployedFunction } from './types.ts'

const execute = promisify(execFile)

/** What a stack is after `serverless deploy`, as AWS' APIs tell it. */
export interface Deployment {
  region: string
  stack: string
  endpoint: string
  outputs: Record<string, string>
  /** By the name that serverless.yml has for them. */
  functions: Record<string, DeployedFunction>
  /** By the same. */
  mappings: Record<string, Mapping>
}

interface Configuration {
  FunctionName: string
  FunctionArn: string
  Handler: string
  MemorySize: number
  Timeout: number
  Runtime: string
  EphemeralStorage?: { Size: number }
  Environment?: { Variables: Record<string, string> }
}

interface SourceMapping {
  UUID: string
  BatchSize: number
  EventSourceArn: string
  FunctionArn: string
  FunctionResponseTypes?: string[]
}

/**
 * Reads the functions, their code and their queues. Takes the event source mappings out: moto would itself call functions, in
 * containers, and our own pollers are in their place. `also` is put beside the code, as a package would hold it.
 */
export async function readDeployment(
  { endpoint, region, stack }: Pick<Deployment, 'endpoint' | 'region' | 'stack'>,
  also: Record<string, string>,
): Promise<Deployment> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const formation = new CloudFormationClient({ endpoint, region, credentials })
  const { Stacks: [found] = [] } = await formation.send(new DescribeStacksCommand({ StackName: stack }))
  const { StackResourceDetail: bucket } = await formation.send(
    new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: 'ServerlessDeploymentBucket' }),
  )
  formation.destroy()
  const outputs = Object.fromEntries((found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]))
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  const list = await ask<{ Functions: Configuration[] }>(endpoint, 'lambda', region, '/2015-03-31/functions/')
  const functions: Deployment['functions'] = {}
  for (const { FunctionName } of list.Functions) {
    if (!FunctionName.startsWith(`${stack}-`)) continue
    const path = `/2015-03-31/functions/${FunctionName}`
    const { Configuration: configuration, Code } = await ask<{ Configuration: Configuration; Code: { Location: string } }>(endpoint, 'lambda', region, path)
    const Key = decodeURIComponent(new URL(Code.Location).pathname.slice(1))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket?.PhysicalResourceId, Key }))
    const task = await unpack((await Body?.transformToByteArray()) ?? new Uint8Array(), also)
    functions[FunctionName.slice(stack.length + 1)] = functionOf(configuration, region, task)
  }
  s3.destroy()
  const { EventSourceMappings } = await ask<{ EventSourceMappings: SourceMapping[] }>(endpoint, 'lambda', region, '/2015-03-31/event-source-mappings/')
  const mappings: Deployment['mappings'] = {}
  for (const mapping of EventSourceMappings) {
    const fn = mapping.FunctionArn.split(':').at(-1) ?? ''
    mappings[fn.slice(stack.length + 1)] = mappingOf(mapping, region)
    await ask(endpoint, 'lambda', region, `/2015-03-31/event-source-mappings/${mapping.UUID}`, 'DELETE')
  }
  return { endpoint, region, stack, outputs, functions, mappings }
}

function functionOf(configuration: Configuration, region: string, task: string): DeployedFunction {
  return {
    name: configuration.FunctionName,
    arn: configuration.FunctionArn,
    handler: configuration.Handler,
    memoryMb: configuration.MemorySize,
    storageMb: configuration.EphemeralStorage?.Size ?? 512,
    timeoutMs: configuration.Timeout * 1000,
    runtime: configuration.Runtime,
    region,
    environment: configuration.Environment?.Variables ?? {},
    task,
  }
}

function mappingOf(mapping: SourceMapping, region: string): Mapping {
  const [account, queue] = mapping.EventSourceArn.split(':').slice(4)
  return {
    queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
    queueArn: mapping.EventSourceArn,
    region,
    batchSize: mapping.BatchSize,
    partial: mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    concurrency: 2,
  }
}

async function unpack(zip: Uint8Array, also: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lateen-task-'))
  await writeFile(`${folder}.zip`, zip)
  const program = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])'
  await execute('python3', ['-c', program, `${folder}.zip`, folder])
  await execute('chmod', ['-R', 'a+rX', folder])
  for (const [name, content] of Object.entries(also)) await writeFile(join(folder, name), content, { mode: 0o644 })
  return folder
}

/** A template of `serverless package`, with what moto leaves out. */
export async function packagedTemplate(folder: string): Promise<{ Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> }> {
  return JSON.parse(await readFile(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'))
}
