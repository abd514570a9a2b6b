import type { Config } from '../lib/config/config.ts'
import { requestFolders } from './restore-events.ts'

/** Days after which S3 removes parts of an upload that nobody went on with; a run is given up after one. */
const ABANDONED_DAYS = 7

/** The bucket, where the deployment makes it; it outlives the stack, for backups are worth more than what made them. */
export function bucketResources(config: Config): Record<string, object> {
  const { bucket, kmsKeyArn, droppedRestores = false } = config.deployment ?? {}
  if (bucket === undefined && config.locations.length > 0) return {}
  const { objectLock, versioning = objectLock !== undefined } = bucket ?? {}
  const folders = droppedRestores && bucket !== undefined ? requestFolders(config, bucket.name) : []
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }
  return {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      ...kept,
      ...(folders.length > 0 && { DependsOn: ['BucketMayStartRestores'] }),
      Properties: {
        ...(bucket && { BucketName: bucket.name }),
        BucketEncryption: { ServerSideEncryptionConfiguration: [encryption(kmsKeyArn)] },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'abandoned-uploads',
              Status: 'Enabled',
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: ABANDONED_DAYS },
            },
          ],
        },
        ...(versioning && { VersioningConfiguration: { Status: 'Enabled' } }),
        ...(objectLock && {
          ObjectLockEnabled: true,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: objectLock.mode, Days: objectLock.days } },
          },
        }),
        ...(folders.length > 0 && { NotificationConfiguration: { LambdaConfigurations: folders.map(notification) } }),
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      ...kept,
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: tlsOnly },
    },
    ...(folders.length > 0 && { BucketMayStartRestores: permission(bucket?.name ?? '') }),
  }
}

function encryption(kmsKeyArn: string | undefined): object {
  if (kmsKeyArn === undefined) return { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }
  const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: kmsKeyArn }
  return { ServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }
}

const tlsOnly = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, { 'Fn::Sub': '${Bucket.Arn}/*' }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
}

function notification(folder: string): object {
  return {
    Event: 's3:ObjectCreated:*',
    Function: { 'Fn::GetAtt': ['RestoreLambdaFunction', 'Arn'] },
    Filter: {
      S3Key: {
        Rules: [
          { Name: 'prefix', Value: folder },
          { Name: 'suffix', Value: '.json' },
        ],
      },
    },
  }
}

/** By the bucket's name, for its ARN would make bucket and permission wait for each other. */
function permission(name: string): object {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['RestoreLambdaFunction', 'Arn'] },
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${name}` },
    },
  }
}
