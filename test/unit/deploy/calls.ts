import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Each command of the AWS SDK that our code sends, and each other request to AWS, with the actions that IAM asks for. */
export const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUploadCommand: ['s3:AbortMultipartUpload'],
  CompleteMultipartUploadCommand: ['s3:PutObject'],
  CreateMultipartUploadCommand: ['s3:PutObject'],
  DeleteObjectCommand: ['s3:DeleteObject'],
  DeleteObjectsCommand: ['s3:DeleteObject'],
  DescribeStacksCommand: ['cloudformation:DescribeStacks'],
  GetBucketVersioningCommand: ['s3:GetBucketVersioning'],
  GetObjectCommand: ['s3:GetObject'],
  GetObjectLockConfigurationCommand: ['s3:GetBucketObjectLockConfiguration'],
  HeadBucketCommand: ['s3:ListBucket'],
  HeadObjectCommand: ['s3:GetObject'],
  ListMultipartUploadsCommand: ['s3:ListBucketMultipartUploads'],
  ListObjectVersionsCommand: ['s3:ListBucketVersions'],
  ListObjectsV2Command: ['s3:ListBucket'],
  PutObjectCommand: ['s3:PutObject'],
  SendMessageCommand: ['sqs:SendMessage'],
  UploadPartCommand: ['s3:PutObject'],
  // These sign their requests themselves; a kubeconfig is read from either of two.
  describeCluster: ['eks:DescribeCluster'],
  callAws: ['sns:Publish', 'events:PutEvents', 'secretsmanager:GetSecretValue'],
  readStored: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'],
  // Of @aws-sdk/credential-providers.
  fromTemporaryCredentials: ['sts:AssumeRole'],
}

const NO_CLUSTER = { of: ['gc'], reason: 'it connects to no cluster' }

/** Calls that a bundle holds and its function never makes, with the reason. */
export const UNUSED: Readonly<Record<string, { of: readonly string[]; reason: string }>> = {
  'eks:DescribeCluster': NO_CLUSTER,
  'ssm:GetParameter': NO_CLUSTER,
  'sts:AssumeRole': NO_CLUSTER,
  's3:GetBucketVersioning': { of: ['backup', 'restore'], reason: 'purge() is called by deletions only' },
  's3:ListBucketVersions': { of: ['backup', 'restore'], reason: 'purge() is called by deletions only' },
  's3:GetBucketObjectLockConfiguration': {
    of: ['backup', 'restore', 'gc'],
    reason: 'protection() is asked by `describe` only',
  },
}

/** The names in ACTIONS of all that a function's bundle can send, also by what it loads later. */
export async function callsOf(name: string): Promise<Set<string>> {
  const { metafile } = await build({
    entryPoints: [`${root}functions/${name}.ts`],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    absWorkingDir: root,
  })
  const sources = await Promise.all(Object.keys(metafile.inputs).map(path => readFile(`${root}${path}`, 'utf8')))
  return new Set(sources.flatMap(callsIn))
}

/** A command that is made, or a request that is not the SDK's. */
function callsIn(source: string): string[] {
  const commands = [...source.matchAll(/new (?:\w+\.)?(\w+Command)\(/g)].map(([, command = '']) => command)
  const others = ['describeCluster', 'readStored', 'callAws', 'fromTemporaryCredentials'].filter(call =>
    source.includes(`${call}(`),
  )
  return [...commands, ...others]
}
