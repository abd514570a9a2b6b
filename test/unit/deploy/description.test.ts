import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../lib/jobs/messages.ts'
import { described } from './description.ts'

type Resources = Record<string, { Type: string; DeletionPolicy?: string; Properties: Record<string, unknown> }>
const resourcesOf = async (...given: Parameters<typeof described>) =>
  (await described(...given)).resources as unknown as Resources

const LOCATION = '{name: a, provider: aws, objectStorage: {bucket: backups, prefix: prod}}'
const CLUSTERS = 'clusters: [{name: prod, eks: {cluster: prod}}, {name: shop, eks: {cluster: shop}, location: b}]\n'
const TWO = `${CLUSTERS}locations:\n  - {name: a, default: true, provider: aws, objectStorage: {bucket: backups, prefix: prod}}\n  - {name: b, provider: aws, objectStorage: {bucket: backups, prefix: shop}}\n`

describe('the bucket of a deployment', () => {
  it('is made where nothing is configured, and the functions are told of it', async () => {
    const description = await described(undefined)
    expect(description.resources).toHaveProperty('Bucket')
    expect(description.outputs).toHaveProperty('BucketName')
    for (const name of ['Backup', 'Restore', 'Gc'])
      expect(description.extensions[`${name}LambdaFunction`]).toMatchObject({
        Properties: { Environment: { Variables: { LATEEN_BUCKET: { 'Fn::Sub': `s3://\${Bucket}` } } } },
      })
  })

  it('is encrypted, private, asks for TLS, forgets abandoned uploads, and outlives the stack', async () => {
    const { Bucket, BucketPolicy } = await resourcesOf(undefined)
    expect(Bucket?.DeletionPolicy).toBe('Retain')
    expect(Object.values(Bucket?.Properties.PublicAccessBlockConfiguration as object)).toEqual([true, true, true, true])
    expect(Bucket?.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
    })
    expect(BucketPolicy?.Properties).toMatchObject({
      PolicyDocument: { Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] },
    })
  })

  it.each([
    ['by LATEEN_BUCKET', undefined, { LATEEN_BUCKET: 's3://backups/prod' }],
    ['by lateen.yaml', `locations: [${LOCATION}]\n`, {}],
  ])('is not made where one is named %s', async (_, yaml, env) => {
    const description = await described(yaml, env)
    expect(description.resources).not.toHaveProperty('Bucket')
    expect(description.outputs).not.toHaveProperty('BucketName')
  })

  it('is made under its name where lateen.yaml asks for it, with versions, a lock and a key', async () => {
    const key = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b'
    const { Bucket } = await resourcesOf(
      `locations: [${LOCATION}]\ndeployment: {kmsKeyArn: "${key}", bucket: {name: backups, objectLock: {mode: GOVERNANCE, days: 30}}}\n`,
    )
    expect(Bucket?.Properties).toMatchObject({
      BucketName: 'backups',
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: key } }],
      },
    })
  })

  it("is refused where it is no location's", async () => {
    await expect(described(`locations: [${LOCATION}]\ndeployment: {bucket: {name: other}}\n`)).rejects.toThrow(
      /deployment\.bucket\.name "other" is no location's bucket/,
    )
  })
})

describe('Restore manifests that are dropped into a bucket', () => {
  it('start nothing unless it is asked for', async () => {
    const { restoreEvents, resources } = await described(TWO)
    expect(restoreEvents).toHaveLength(1)
    expect(JSON.stringify(resources)).not.toContain('NotificationConfiguration')
  })

  it('start restores from each location of a bucket that is there before', async () => {
    const { restoreEvents } = await described(`${TWO}deployment: {droppedRestores: true}\n`)
    expect(restoreEvents.slice(1)).toMatchObject(
      ['prod', 'shop'].map(prefix => ({
        s3: {
          bucket: 'backups',
          existing: true,
          rules: [{ prefix: `${prefix}/metadata/lateen/requests/` }, { suffix: '.json' }],
        },
      })),
    )
  })

  it('start them from the bucket that the deployment makes, which may call the function', async () => {
    const yaml = `${TWO}deployment: {droppedRestores: true, bucket: {name: backups}}\n`
    const { restoreEvents } = await described(yaml)
    expect(restoreEvents).toHaveLength(1)
    const { Bucket, BucketMayStartRestores } = await resourcesOf(yaml)
    expect(Bucket?.Properties).toMatchObject({ NotificationConfiguration: { LambdaConfigurations: [{}, {}] } })
    expect(BucketMayStartRestores?.Properties).toMatchObject({ Principal: 's3.amazonaws.com' })
  })

  it('are refused for several buckets that are there before, which the framework can not do', async () => {
    const two = TWO.replace('bucket: backups, prefix: shop', 'bucket: others, prefix: shop')
    await expect(described(`${two}deployment: {droppedRestores: true}\n`)).rejects.toThrow(
      /droppedRestores: .*one bucket.*backups, others/,
    )
    const { restoreEvents } = await described(`${two}deployment: {droppedRestores: true, bucket: {name: backups}}\n`)
    expect(restoreEvents).toHaveLength(2)
  })

  it('start nothing from a location that is ReadOnly', async () => {
    const { restoreEvents } = await described(
      `${TWO}  - {name: c, provider: aws, objectStorage: {bucket: archive}, accessMode: ReadOnly}\ndeployment: {droppedRestores: true}\n`,
    )
    expect(JSON.stringify(restoreEvents)).not.toContain('archive')
  })

  it('start them by LATEEN_REQUESTS too', async () => {
    const { restoreEvents } = await described(undefined, { LATEEN_BUCKET: 's3://backups', LATEEN_REQUESTS: 'true' })
    expect(restoreEvents[1]).toMatchObject({
      s3: { bucket: 'backups', rules: [{ prefix: 'metadata/lateen/requests/' }, {}] },
    })
  })
})

describe('the nightly backup', () => {
  const inputs = async (yaml: string) =>
    Object.entries(await resourcesOf(yaml))
      .filter(([name]) => name.startsWith('NightlyTimer'))
      .map(([, { Properties }]) => parseMessage((Properties.Target as { Input: string }).Input))

  it('is made of each cluster, which its event names', async () => {
    expect(await inputs(TWO)).toMatchObject(
      ['prod', 'shop'].map(cluster => ({
        kind: 'Schedule',
        metadata: { annotations: { 'lateen.io/cluster': cluster } },
      })),
    )
  })

  it('is left out where lateen.yaml says what is to be made, were it nothing', async () => {
    expect(await inputs(`${TWO}schedules: []\n`)).toEqual([])
    expect(await inputs(`${TWO}schedules: [{name: hourly, schedule: "@hourly"}]\n`)).toEqual([])
  })
})

describe('what else lateen.yaml says of a deployment', () => {
  it('holds for stage, region, memory, logs, how many at once, queues and network', async () => {
    const yaml = `${TWO}deployment:
  {stage: live, region: eu-west-1, memory: {backup: 3008}, logRetentionDays: 90, concurrentBackups: 7,
   kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/0a1b", vpc: {subnetIds: [subnet-0a1b], securityGroupIds: [sg-0a1b]}}
`
    const description = await described(yaml, {}, {})
    expect(description).toMatchObject({
      stage: 'live',
      region: 'eu-west-1',
      memory: { backup: 3008, restore: 1769, gc: 512 },
      logRetentionDays: 90,
      concurrentBackups: 7,
      queue: { KmsMasterKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/0a1b' },
      extensions: { GcLambdaFunction: { Properties: { VpcConfig: { SubnetIds: ['subnet-0a1b'] } } } },
    })
  })

  it('gives way to the command line and to the environment', async () => {
    const yaml = `${TWO}deployment: {stage: live, region: eu-west-1, concurrentBackups: 7}\n`
    const env = { LATEEN_REGION: 'us-east-1', LATEEN_CONCURRENT_BACKUPS: '3' }
    expect(await described(yaml, env, { stage: 'test' })).toMatchObject({
      stage: 'test',
      region: 'us-east-1',
      concurrentBackups: 3,
    })
  })

  it('names the alarms of this stage and who is told of them', async () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:ops'
    const resources = await resourcesOf(`${TWO}deployment: {alarmTopicArn: "${topic}"}\n`)
    expect(resources).not.toHaveProperty('AlarmTopic')
    const all = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    expect(all.length).toBeGreaterThan(5)
    for (const { Properties } of all) expect(Properties.AlarmActions).toEqual([topic])
    expect(resources.BackupFailedAlarm?.Properties).toMatchObject({
      Namespace: 'Lateen/test',
      Dimensions: [{ Name: 'service', Value: 'backup' }],
    })
  })

  it('has the functions measure where its alarms look', async () => {
    const { extensions } = await described(TWO, {}, { stage: 'test' })
    expect(extensions.BackupLambdaFunction).toMatchObject({
      Properties: { Environment: { Variables: { POWERTOOLS_METRICS_NAMESPACE: 'Lateen/test' } } },
    })
  })

  it('packs the files that it names below its folder', async () => {
    const yaml = `clusters: [{name: a, kubeconfig: kubeconfigs/a}]\nlocations: [{name: a, provider: aws, objectStorage: {bucket: b}, credential: {file: /etc/keys}}]\n`
    expect((await described(yaml)).files).toEqual(['lateen.yaml', 'kubeconfigs/a'])
  })

  it('gives the functions no setting that is a secret', async () => {
    const env = { LATEEN_BUCKET: 's3://backups', LATEEN_KUBECONFIG_TEXT: 'apiVersion: v1\nkind: Config\n' }
    expect((await described(undefined, env)).environment).toEqual({ LATEEN_BUCKET: 's3://backups' })
  })

  it.each([
    ['stage: "my stage"', /deployment\.stage/],
    ['memory: {backup: 128}', /deployment\.memory\.backup/],
    ['kmsKeyArn: alias/x', /deployment\.kmsKeyArn/],
    ['vpc: {subnetIds: [subnet-0a1b]}', /deployment\.vpc\.securityGroupIds/],
    ['logRetentionDays: 31', /deployment\.logRetentionDays/],
    ['concurrentBackups: 1', /deployment\.concurrentBackups/],
  ])('is refused by its field where it can not be meant: %s', async (field, message) => {
    await expect(described(`${TWO}deployment: {${field}}\n`)).rejects.toThrow(message)
  })
})
