import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../../deploy/rights/functions.ts'
import { allows, arnOf, policyOf } from '../../helpers/policies.ts'
import { ACTIONS, callsOf, UNUSED } from './calls.ts'
import { described, statementsIn } from './description.ts'
import { documentedActions } from './documented.ts'

const LATEEN_YAML = `
clusters:
  - {name: prod, eks: {cluster: prod, region: eu-west-1}, location: prod}
  - {name: shop, eks: {cluster: shop, roleArn: "arn:aws:iam::210987654321:role/lateen-shop"}, location: shop}
  - {name: kept, kubeconfigSecret: lateen/kept, location: kept}
  - {name: apart, kubeconfigParameter: /lateen/apart, location: apart}
locations:
  - {name: kept, provider: aws, objectStorage: {bucket: backups, prefix: clusters/kept}}
  - {name: apart, provider: aws, objectStorage: {bucket: backups, prefix: clusters/apart}}
  - {name: prod, default: true, provider: aws, objectStorage: {bucket: backups, prefix: clusters/prod}}
  - {name: shop, provider: aws, objectStorage: {bucket: backups, prefix: clusters/shop}, config: {tagging: team=shop}}
  - {name: old, provider: aws, objectStorage: {bucket: archive, prefix: prod}, accessMode: ReadOnly, resultsLocation: prod}
notifications:
  - {topic: "arn:aws:sns:eu-central-1:123456789012:backups"}
  - {eventBus: default}
  - {webhookSecret: lateen/webhook}
`
const description = await described(LATEEN_YAML)
const may = (resource: string, action: string, on: string, context?: Record<string, string>) =>
  allows(statementsIn(description, resource), action, on, context)

const KEY = 'arn:aws:s3:::backups/clusters/prod'

const WEBHOOK = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:lateen/webhook-a1B2c3'
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:lateen/kept-a1B2c3'

/** Something in the deployment that an action of the table is asked for. */
const OBJECT: Readonly<Record<string, string>> = {
  Backup: `${KEY}/backups/b1/b1.tar.gz`,
  Restore: `${KEY}/restores/r1/r.gz`,
  Gc: `${KEY}/backups/b1/x`,
}
function examples(resource: string, action: string): string[] {
  if (action === 'sqs:SendMessage') return [arnOf(`${resource}Queue`), arnOf('DeadLetters')]
  if (action === 'eks:DescribeCluster') return ['arn:aws:eks:eu-west-1:123456789012:cluster/prod']
  if (action === 'sns:Publish') return ['arn:aws:sns:eu-central-1:123456789012:backups']
  if (action === 'events:PutEvents') return ['arn:aws:events:eu-central-1:123456789012:event-bus/default']
  if (action === 'secretsmanager:GetSecretValue') return resource === 'Gc' ? [WEBHOOK] : [SECRET, WEBHOOK]
  if (action === 'ssm:GetParameter') return ['arn:aws:ssm:eu-central-1:123456789012:parameter/lateen/apart']
  if (action === 'sts:AssumeRole') return ['arn:aws:iam::210987654321:role/lateen-shop']
  if (/^s3:(ListBucket|GetBucket)/.test(action)) return ['arn:aws:s3:::backups']
  return [OBJECT[resource] as string, `${KEY}/metadata/lateen/runs/u1/lease.json`]
}

describe.each(FUNCTIONS)("the $key function's role", ({ key, resource }) => {
  it('allows every call to AWS that its code can make', async () => {
    const calls = await callsOf(key)
    expect(calls.size).toBeGreaterThan(8)
    const needed = [...calls].flatMap(call => {
      const actions = ACTIONS[call]
      if (actions === undefined) throw new Error(`${call} has no actions in calls.ts`)
      return actions
    })
    const refused = needed
      .filter(action => !UNUSED[action]?.of.includes(key))
      .flatMap(action =>
        examples(resource, action)
          .filter(on => !may(resource, action, on))
          .map(on => `${action} on ${on}`),
      )
    expect(refused).toEqual([])
  })

  it('allows nothing that docs/security.md does not list, and lists nothing more', async () => {
    const granted = [...new Set(statementsIn(description, resource).flatMap(({ Action }) => Action))].sort()
    expect(granted).toEqual([...new Set((await documentedActions(key)).filter(isConfigured))].sort())
  })

  it('has no wildcard in an action, and none that is a whole resource', () => {
    for (const { Action, Resource } of statementsIn(description, resource)) {
      expect(Action.join(' ')).not.toContain('*')
      expect(Resource).not.toBe('*')
      expect(Resource).not.toContain('*')
    }
  })

  it('reads and lists no place that is not configured', () => {
    expect(may(resource, 's3:GetObject', 'arn:aws:s3:::backups/clusters/other/backups/b1/b1.tar.gz')).toBe(false)
    expect(may(resource, 's3:GetObject', 'arn:aws:s3:::elsewhere/clusters/prod/backups/b1/b1.tar.gz')).toBe(false)
    expect(may(resource, 's3:ListBucket', 'arn:aws:s3:::backups', { 's3:prefix': 'clusters/prod/backups/' })).toBe(true)
    expect(may(resource, 's3:ListBucket', 'arn:aws:s3:::backups', { 's3:prefix': 'clusters/other/' })).toBe(false)
  })

  it('writes nothing into a location that is ReadOnly, but reads it', () => {
    const object = 'arn:aws:s3:::archive/prod/backups/b1/b1.tar.gz'
    expect(may(resource, 's3:GetObject', object)).toBe(true)
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'])
      expect(may(resource, action, object)).toBe(false)
  })
})

/** Of a deployment with keys of its own and a VPC there is a test below. */
const isConfigured = (action: string) => !/^(kms|ec2):/.test(action)

describe('of the roles', () => {
  it('that of restores cannot change or delete a backup, and that of backups no restore', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']) {
      expect(may('Restore', action, `${KEY}/backups/b1/velero-backup.json`)).toBe(false)
      expect(may('Backup', action, `${KEY}/restores/r1/velero-restore.json`)).toBe(false)
    }
  })

  it('only that of gc removes versions, and it reaches no cluster', () => {
    const version = `${KEY}/backups/b1/b1.tar.gz`
    expect(['Backup', 'Restore', 'Gc'].filter(role => may(role, 's3:DeleteObjectVersion', version))).toEqual(['Gc'])
    const cluster = 'arn:aws:eks:eu-west-1:123456789012:cluster/prod'
    expect(['Backup', 'Restore', 'Gc'].filter(role => may(role, 'eks:DescribeCluster', cluster))).toEqual([
      'Backup',
      'Restore',
    ])
  })

  it('none describes a cluster that is not configured, or that is reached by a role of its own', () => {
    for (const role of ['Backup', 'Restore']) {
      expect(may(role, 'eks:DescribeCluster', 'arn:aws:eks:eu-west-1:123456789012:cluster/other')).toBe(false)
      expect(may(role, 'eks:DescribeCluster', 'arn:aws:eks:eu-central-1:123456789012:cluster/shop')).toBe(false)
      expect(may(role, 'sts:AssumeRole', 'arn:aws:iam::210987654321:role/admin')).toBe(false)
      expect(may(role, 'secretsmanager:GetSecretValue', SECRET.replace('kept', 'kept-too'))).toBe(false)
    }
  })

  it('none sends to a queue of another function, but for that of gc', () => {
    expect(may('Backup', 'sqs:SendMessage', arnOf('RestoreQueue'))).toBe(false)
    expect(may('Restore', 'sqs:SendMessage', arnOf('BackupQueue'))).toBe(false)
    expect(may('Gc', 'sqs:SendMessage', arnOf('BackupQueue'))).toBe(true)
  })

  it('use keys only where some are configured, and only through the services that keep data with them', async () => {
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b'
    const own = await described(`${LATEEN_YAML}deployment: {kmsKeyArn: "${key}"}\n`)
    const uses = (context: Record<string, string>) => allows(statementsIn(own, 'Backup'), 'kms:Decrypt', key, context)
    expect(uses({ 'kms:ViaService': 's3.eu-central-1.amazonaws.com' })).toBe(true)
    expect(uses({ 'kms:ViaService': 'ec2.eu-central-1.amazonaws.com' })).toBe(false)
    expect(uses({})).toBe(false)
    expect(may('Backup', 'kms:Decrypt', key, { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' })).toBe(false)
  })

  it.each([
    ['an id', '0a1b-2c3d', { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' }],
    [
      'an ARN',
      'arn:aws:kms:eu-central-1:123456789012:key/0a1b-2c3d',
      { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' },
    ],
    [
      'an alias',
      'alias/backups',
      { 'kms:ViaService': 's3.eu-central-1.amazonaws.com', 'kms:ResourceAliases': 'alias/backups' },
    ],
  ])("use a location's key by %s", async (_, kmsKeyId, context) => {
    const location = `{name: a, provider: aws, objectStorage: {bucket: backups}, config: {kmsKeyId: "${kmsKeyId}"}}`
    const statements = statementsIn(await described(`locations: [${location}]\n`), 'Gc')
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b-2c3d'
    expect(allows(statements, 'kms:GenerateDataKey', key, context)).toBe(true)
    expect(
      allows(statements, 'kms:GenerateDataKey', 'arn:aws:kms:eu-central-1:123456789012:key/other', {
        'kms:ViaService': 's3.eu-central-1.amazonaws.com',
      }),
    ).toBe(false)
  })

  it('take a prefix by the letter, whatever IAM reads in it', async () => {
    const location = '{name: a, provider: aws, objectStorage: {bucket: backups, prefix: "team*"}}'
    const statements = statementsIn(await described(`locations: [${location}]\n`), 'Backup')
    expect(allows(statements, 's3:PutObject', 'arn:aws:s3:::backups/team*/backups/b1/x')).toBe(true)
    expect(allows(statements, 's3:PutObject', 'arn:aws:s3:::backups/teams/backups/b1/x')).toBe(false)
  })

  it('of hundreds of clusters are as long as IAM takes, and hold for those', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `c${i}`)
    const yaml = [
      'clusters:',
      ...names.map(
        (name, i) =>
          `  - {name: ${name}, eks: {cluster: team-${name}${i % 2 ? `, roleArn: "arn:aws:iam::${210987654321 + i}:role/lateen"` : ''}}, location: ${name}}`,
      ),
      'locations:',
      ...names.map(
        name => `  - {name: ${name}, provider: aws, objectStorage: {bucket: backups, prefix: clusters/${name}}}`,
      ),
    ]
    const many = await described(yaml.join('\n'))
    for (const { resource } of FUNCTIONS) {
      const statements = statementsIn(many, resource)
      expect(JSON.stringify(policyOf(statements)).length).toBeLessThan(10_240)
      const writes = (object: string) => allows(statements, 's3:PutObject', `arn:aws:s3:::${object}`)
      expect(writes(`backups/clusters/c299/${resource === 'Restore' ? 'restores' : 'backups'}/x`)).toBe(true)
      expect(writes('backups/teams/c299/backups/x')).toBe(false)
      expect(writes('elsewhere/clusters/c299/backups/x')).toBe(false)
    }
    const backup = statementsIn(many, 'Backup')
    expect(allows(backup, 'eks:DescribeCluster', 'arn:aws:eks:eu-central-1:123456789012:cluster/team-c298')).toBe(true)
    expect(allows(backup, 'eks:DescribeCluster', 'arn:aws:eks:eu-central-1:123456789012:cluster/other')).toBe(false)
    expect(allows(backup, 'sts:AssumeRole', 'arn:aws:iam::210987654322:role/lateen')).toBe(true)
    expect(allows(backup, 'sts:AssumeRole', 'arn:aws:iam::210987654322:role/admin')).toBe(false)
  })
})
