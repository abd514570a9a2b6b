import { describe, expect, it } from 'vitest'
import {
  allowedTopLevel,
  bucketAndPrefix,
  invalidTopLevelMessage,
  normaliseProvider,
  validateStorageLocation,
} from '../../../lib/velero/bsl.ts'

const aws = (config: Record<string, string>, bucket = 'b') =>
  validateStorageLocation({ provider: 'aws', objectStorage: { bucket }, config })

describe('storage locations', () => {
  it('completes short providers', () => {
    expect(['aws', 'velero.io/aws', 'example.com/minio', 'file'].map(normaliseProvider)).toEqual([
      'velero.io/aws',
      'velero.io/aws',
      'example.com/minio',
      'lateen.io/file',
    ])
  })

  it('strips slashes around bucket and prefix, and refuses one inside the bucket', () => {
    expect(bucketAndPrefix({ objectStorage: { bucket: '/b/', prefix: '//x/y/' } })).toEqual({
      bucket: 'b',
      prefix: 'x/y',
    })
    expect(bucketAndPrefix({ objectStorage: { bucket: 'b' } })).toEqual({ bucket: 'b', prefix: '' })
    expect(() => bucketAndPrefix({ objectStorage: { bucket: 'a/b' } })).toThrow(
      `backup storage location's bucket name "a/b" must not contain a '/' (if using a prefix, put it in the 'Prefix' field instead)`,
    )
  })

  it('accepts a usual location for S3 and for MinIO, and a folder', () => {
    expect(aws({ region: 'eu-central-1', kmsKeyId: 'k', tagging: 'team=a', checksumAlgorithm: '' })).toEqual([])
    expect(aws({ region: 'minio', s3Url: 'http://127.0.0.1:9000', s3ForcePathStyle: 'true' })).toEqual([])
    expect(validateStorageLocation({ provider: 'file', objectStorage: { bucket: '/var/backups' } })).toEqual([])
  })

  it.each([
    [
      { Region: 'x' },
      'config has invalid keys [Region]; valid keys are [region s3Url publicUrl kmsKeyId customerKeyEncryptionFile customerKeyEncryptionSecret s3ForcePathStyle signatureVersion credentialsFile profile serverSideEncryption insecureSkipTLSVerify enableSharedConfig tagging checksumAlgorithm bucket prefix caCert]',
    ],
    [
      { s3ForcePathStyle: 'yes' },
      'could not parse s3ForcePathStyle (expected bool): strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    [
      { s3Url: 'minio:9000' },
      'Invalid s3 url minio:9000, URL must be valid according to https://golang.org/pkg/net/url/#Parse and start with http:// or https://',
    ],
    [
      { kmsKeyId: 'k', customerKeyEncryptionFile: '/f' },
      'you can only use one of: kmsKeyId, customerKeyEncryptionFile, or customerKeyEncryptionSecret',
    ],
    [{ customerKeyEncryptionSecret: 'name' }, 'invalid secret reference format: name, expected secretName/key'],
    [{ checksumAlgorithm: 'MD5' }, 'invalid checksum algorithm: MD5'],
    [{ tagging: 'a=b&c' }, 'invalid tags provided'],
    [{ tagging: Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&') }, 'Aws S3 allows only ten tags per object'],
  ])("refuses the config %j in the plugin's words", (config, message) => {
    expect(aws(config as Record<string, string>)).toEqual([message])
  })

  it('refuses locations that lead nowhere', () => {
    expect(aws({}, '/')).toEqual(['objectStorage.bucket must not be empty'])
    expect(validateStorageLocation({ provider: '', objectStorage: { bucket: 'b' } })).toEqual([
      'object storage provider name must not be empty',
    ])
    expect(validateStorageLocation({ provider: 'gcp', objectStorage: { bucket: 'b' } })).toEqual([
      'unable to locate ObjectStore plugin named velero.io/gcp; there are velero.io/aws and lateen.io/file',
    ])
    expect(validateStorageLocation({ provider: 'file', objectStorage: { bucket: 'var' } })).toEqual([
      'objectStorage.bucket must be the absolute path of a folder, not "var"',
    ])
  })

  it('refuses two sources of the CA certificate', () => {
    const objectStorage = { bucket: 'b', caCert: 'AAAA', caCertRef: { name: 'n', key: 'k' } }
    expect(validateStorageLocation({ provider: 'aws', objectStorage })).toEqual([
      'cannot specify both caCert and caCertRef in objectStorage',
    ])
  })

  it('complains of foreign folders at the top as Velero does, naming three', () => {
    expect(invalidTopLevelMessage(allowedTopLevel)).toBeUndefined()
    expect(invalidTopLevelMessage(['backups', 'x', 'y'])).toBe(
      'Backup store contains invalid top-level directories: [x y]',
    )
    expect(invalidTopLevelMessage(['a', 'b', 'c', 'd', 'e'])).toBe(
      'Backup store contains 5 invalid top-level directories: [a b c ...]',
    )
  })
})
