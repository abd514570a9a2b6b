// What each function may do, and why: one list of grants, each a pure function of the configuration. docs/security.md shows them as
// a table; test/unit/deploy/ holds both against what the code calls.
import type { Config } from '../lib/config/config.ts'
import { bucketArn, literal, type S3Place, s3Places } from './places.ts'

export interface Statement {
  Sid: string
  Effect: 'Allow'
  Action: string[]
  Resource: unknown
  Condition?: Record<string, Record<string, unknown>>
}

export interface FunctionName {
  /** Of the function, in serverless.yml. */
  key: 'backup' | 'restore' | 'gc'
  /** How the names of its resources begin. */
  resource: 'Backup' | 'Restore' | 'Gc'
  /** Where it writes, below a location's prefix. */
  writes: readonly string[]
  /** Whose queues it sends to. */
  sendsTo: readonly string[]
  reachesClusters: boolean
}

export const FUNCTIONS: readonly FunctionName[] = [
  {
    key: 'backup',
    resource: 'Backup',
    writes: ['backups', 'metadata/lateen'],
    sendsTo: ['BackupQueue'],
    reachesClusters: true,
  },
  {
    key: 'restore',
    resource: 'Restore',
    writes: ['restores', 'metadata/lateen'],
    sendsTo: ['RestoreQueue'],
    reachesClusters: true,
  },
  {
    key: 'gc',
    resource: 'Gc',
    // It also ends runs that died, and takes up deletions.
    writes: ['backups', 'restores', 'metadata/lateen'],
    sendsTo: ['GcQueue', 'BackupQueue', 'RestoreQueue'],
    reachesClusters: false,
  },
]

const sub = (text: string) => ({ 'Fn::Sub': text })
const arnOf = (resource: string) => ({ 'Fn::GetAtt': [resource, 'Arn'] })

/** Statements without resources, which nothing of the configuration asks for, are left out. */
export function statementsOf(name: FunctionName, config: Config, stage: string): Statement[] {
  const places = s3Places(config)
  const statements = [
    logs(name, stage),
    ...queues(name),
    ...s3(name, places),
    ...(name.reachesClusters ? [...clusters(config), ...kubeconfigs(config)] : []),
    ...keys(config, places),
    ...network(config),
  ]
  return statements.filter(({ Resource }) => !Array.isArray(Resource) || Resource.length > 0)
}

function logs({ key }: FunctionName, stage: string): Statement {
  const group = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/lateen-${stage}-${key}:*`
  return allow('Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], sub(group))
}

function queues({ resource, sendsTo }: FunctionName): Statement[] {
  return [
    // Lambda takes messages from the queue by the function's role.
    allow('OwnQueue', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf(`${resource}Queue`)),
    allow('Send', ['sqs:SendMessage'], [...sendsTo, 'DeadLetters'].map(arnOf)),
  ]
}

function s3({ key, writes }: FunctionName, places: readonly S3Place[]): Statement[] {
  const objects = (among: readonly S3Place[], folders: readonly string[]) => [
    ...new Set(among.flatMap(place => folders.map(folder => `${bucketArn(place)}/${literal(place.prefix)}${folder}`))),
  ]
  const writable = places.filter(({ readOnly }) => !readOnly)
  const written = objects(
    writable,
    writes.map(folder => `${folder}/*`),
  ).map(sub)
  const buckets = [...new Set(writable.map(bucketArn))].map(sub)
  const tagged = writable.some(({ config }) => config.tagging)
  const statements = [
    ...lists(places),
    allow('Read', ['s3:GetObject'], objects(places, ['*']).map(sub)),
    allow(
      'Write',
      ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', ...(tagged ? ['s3:PutObjectTagging'] : [])],
      written,
    ),
    // Uploads that a dead invocation left; AWS lets nobody ask for some of a bucket's only.
    allow('Uploads', ['s3:ListBucketMultipartUploads'], buckets),
  ]
  if (key !== 'gc') return statements
  return [
    ...statements,
    allow('Versions', ['s3:GetBucketVersioning', 's3:ListBucketVersions'], buckets),
    allow(
      'OldVersions',
      ['s3:DeleteObjectVersion', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'],
      written,
    ),
  ]
}

/**
 * Lists of a location only. A request for one object has no prefix, and S3 answers whether there is none (404) only to those who may
 * list: hence IfExists, which lets keys of the whole bucket be listed by a list without a prefix, but nothing else be read.
 */
function lists(places: readonly S3Place[]): Statement[] {
  const byBucket = Map.groupBy(places, bucketArn)
  return [...byBucket].map(([arn, among], index) => {
    const action = allow(`List${index === 0 ? '' : index + 1}`, ['s3:ListBucket'], sub(arn))
    if (among.some(({ prefix }) => prefix === '')) return action
    const prefixes = [...new Set(among.map(({ prefix }) => sub(`${literal(prefix)}*`)))]
    return { ...action, Condition: { StringLikeIfExists: { 's3:prefix': prefixes } } }
  })
}

/** One that is reached by a role of its own, or by a kubeconfig, is not described. */
function clusters({ clusters }: Config): Statement[] {
  const eks = clusters.map(({ eks }) => eks).filter(found => found !== undefined)
  const described = eks
    .filter(({ roleArn }) => roleArn === undefined)
    .map(({ cluster, region = '${AWS::Region}' }) =>
      sub(`arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:cluster/${cluster}`),
    )
  const roles = unique(eks.flatMap(({ roleArn = [] }) => roleArn))
  return [allow('Clusters', ['eks:DescribeCluster'], described), allow('ClusterRoles', ['sts:AssumeRole'], roles)]
}

/** Those that AWS keeps. */
function kubeconfigs({ clusters }: Config): Statement[] {
  return [
    allow(
      'Secrets',
      ['secretsmanager:GetSecretValue'],
      unique(clusters.flatMap(({ kubeconfigSecret = [] }) => kubeconfigSecret)).map(secretArn),
    ),
    allow(
      'Parameters',
      ['ssm:GetParameter'],
      unique(clusters.flatMap(({ kubeconfigParameter = [] }) => kubeconfigParameter)).map(parameterArn),
    ),
  ]
}

/** AWS puts a hyphen and six characters behind a secret's name. */
const secretArn = (nameOrArn: string) =>
  nameOrArn.startsWith('arn:') ? nameOrArn : ofService('secretsmanager', `secret:${literal(nameOrArn)}-??????`)

const parameterArn = (nameOrArn: string) =>
  nameOrArn.startsWith('arn:') ? nameOrArn : ofService('ssm', `parameter/${literal(nameOrArn.replace(/^\//, ''))}`)

/** In the region and account of the deployment. */
const ofService = (service: string, resource: string) =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`)

const unique = <T>(all: readonly T[]): T[] => [...new Set(all)]

/** Of what is encrypted by keys of the user's own, and only through the services that keep it. */
function keys({ deployment: { kmsKeyArn } = {} }: Config, places: readonly S3Place[]): Statement[] {
  const named = [...new Set(places.flatMap(({ config: { kmsKeyId = [] } }) => kmsKeyId))]
  const isAlias = (key: string) => /(^|:)alias\//.test(key)
  const arn = (key: string) =>
    key.startsWith('arn:') ? key : sub(`arn:\${AWS::Partition}:kms:*:\${AWS::AccountId}:key/${key}`)
  const by = (...services: string[]) => ({ StringLike: { 'kms:ViaService': services.map(service => `${service}.*`) } })
  const actions = ['kms:GenerateDataKey', 'kms:Decrypt']
  const own = kmsKeyArn === undefined ? [] : [kmsKeyArn]
  const aliases = named.filter(isAlias).map(key => key.slice(key.indexOf('alias/')))
  return [
    { ...allow('OwnKey', actions, own), Condition: by('s3', 'sqs', 'secretsmanager', 'ssm') },
    { ...allow('Keys', actions, named.filter(key => !isAlias(key)).map(arn)), Condition: by('s3') },
    {
      ...allow(
        'KeysByAlias',
        actions,
        aliases.length > 0 ? [sub('arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*')] : [],
      ),
      Condition: { ...by('s3'), 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': aliases } },
    },
  ]
}

/** Of a function in a VPC; AWS takes no narrower resource for them. */
function network({ deployment: { vpc } = {} }: Config): Statement[] {
  const actions = ['Create', 'Describe', 'Delete'].map(
    verb => `ec2:${verb}NetworkInterface${verb === 'Describe' ? 's' : ''}`,
  )
  const more = ['ec2:DescribeSubnets', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses']
  return [allow('Network', [...actions, ...more], vpc === undefined ? [] : ['*'])]
}

function allow(Sid: string, Action: string[], Resource: unknown): Statement {
  return { Sid, Effect: 'Allow', Action, Resource }
}
