import { X509Certificate } from 'node:crypto'
import { InvalidInputError, messageOf } from '../../velero/errors.ts'
import type { BackupStorageLocationSpec } from '../../velero/types.ts'

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type Checksum = (typeof checksumAlgorithms)[number]

/** A location of the provider `aws`, checked. */
export interface S3Settings {
  bucket: string
  /** Empty, or ends in `/`. */
  prefix: string
  region?: string
  endpoint?: string
  publicEndpoint?: string
  pathStyle: boolean
  skipTlsVerify: boolean
  /** PEM. */
  caCert?: string
  serverSideEncryption?: string
  kmsKeyId?: string
  /** A file with the 32 bytes of an SSE-C key. */
  customerKeyFile?: string
  tagging?: string
  checksum?: Checksum
  profile?: string
  credentialsFile?: string
}

/** The keys of Velero's plugin for AWS. It accepts the last two and ignores them. */
const configKeys = [
  'region',
  's3Url',
  'publicUrl',
  's3ForcePathStyle',
  'insecureSkipTLSVerify',
  'profile',
  'serverSideEncryption',
  'kmsKeyId',
  'customerKeyEncryptionFile',
  'customerKeyEncryptionSecret',
  'tagging',
  'checksumAlgorithm',
  'signatureVersion',
  'enableSharedConfig',
] as const
type ConfigKey = (typeof configKeys)[number]

/** Checks a location as Velero's plugin for AWS 1.13 does. Throws InvalidInputError with the field and the fix. */
export function s3Settings(spec: BackupStorageLocationSpec, credentialsFile?: string): S3Settings {
  const config = checkedConfig(spec.config ?? {})
  const endpoint = endpointOf(config, 's3Url')
  return dropUndefined({
    ...addressOf(spec),
    region: config.region || undefined,
    endpoint,
    publicEndpoint: endpointOf(config, 'publicUrl'),
    // A bucket's name is no part of a private server's address unless somebody has set up its DNS for that.
    pathStyle: boolOf(config, 's3ForcePathStyle') ?? endpoint !== undefined,
    skipTlsVerify: boolOf(config, 'insecureSkipTLSVerify') ?? false,
    caCert: caCertOf(spec),
    ...encryptionOf(config),
    tagging: taggingOf(config.tagging),
    checksum: checksumOf(config.checksumAlgorithm),
    profile: config.profile || undefined,
    credentialsFile,
  })
}

function checkedConfig(config: Record<string, string>): Partial<Record<ConfigKey, string>> {
  const unknown = Object.keys(config).filter(key => !(configKeys as readonly string[]).includes(key))
  if (unknown.length === 0) return config
  throw new InvalidInputError(`spec.config of the storage location has unknown keys: ${unknown.join(', ')}`, {
    next: `Remove them; known are ${configKeys.join(', ')}.`,
  })
}

function addressOf(spec: BackupStorageLocationSpec): { bucket: string; prefix: string } {
  const bucket = trimSlashes(spec.objectStorage.bucket)
  if (bucket === '') throw new InvalidInputError('spec.objectStorage.bucket of the storage location is empty')
  if (bucket.includes('/')) {
    throw new InvalidInputError(`spec.objectStorage.bucket must not hold a slash: ${JSON.stringify(bucket)}`, {
      next: 'Put what follows the slash into spec.objectStorage.prefix.',
    })
  }
  const prefix = trimSlashes(spec.objectStorage.prefix ?? '')
  return { bucket, prefix: prefix === '' ? '' : `${prefix}/` }
}

/** Velero's rule for buckets and prefixes. */
export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '')
}

function endpointOf(config: Partial<Record<ConfigKey, string>>, key: 's3Url' | 'publicUrl'): string | undefined {
  const text = config[key]
  if (!text) return undefined
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text
  throw new InvalidInputError(
    `spec.config.${key} has to be a URL with http:// or https://, not ${JSON.stringify(text)}`,
  )
}

/** Go's strconv.ParseBool. */
const booleans: Record<string, boolean> = Object.fromEntries([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map(text => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map(text => [text, false] as const),
])

function boolOf(config: Partial<Record<ConfigKey, string>>, key: ConfigKey): boolean | undefined {
  const text = config[key]
  if (!text) return undefined
  const value = Object.hasOwn(booleans, text) ? booleans[text] : undefined
  if (value !== undefined) return value
  throw new InvalidInputError(`spec.config.${key} has to be "true" or "false", not ${JSON.stringify(text)}`)
}

function caCertOf(spec: BackupStorageLocationSpec): string | undefined {
  const { caCert, caCertRef } = spec.objectStorage
  if (caCertRef) {
    throw new InvalidInputError(
      'spec.objectStorage.caCertRef names a Secret, which only a server in its cluster can read',
      {
        next: 'Put the certificate itself, PEM in base64, into spec.objectStorage.caCert.',
      },
    )
  }
  if (!caCert) return undefined
  const pem = Buffer.from(caCert, 'base64').toString()
  try {
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw new InvalidInputError(`spec.objectStorage.caCert is not a certificate: ${messageOf(cause)}`, {
      next: 'Give the PEM file in base64, for instance from: base64 -w0 ca.pem',
      cause,
    })
  }
}

function encryptionOf(config: Partial<Record<ConfigKey, string>>) {
  if (config.customerKeyEncryptionSecret) {
    throw new InvalidInputError(
      'spec.config.customerKeyEncryptionSecret names a Secret, which only a server in its cluster can read',
      {
        next: 'Write the key to a file and name that in spec.config.customerKeyEncryptionFile.',
      },
    )
  }
  if (config.kmsKeyId && config.customerKeyEncryptionFile) {
    throw new InvalidInputError(
      'only one of spec.config.kmsKeyId and spec.config.customerKeyEncryptionFile can be used',
    )
  }
  return {
    // A key of KMS implies its method, whatever serverSideEncryption says.
    serverSideEncryption: config.kmsKeyId ? 'aws:kms' : config.serverSideEncryption || undefined,
    kmsKeyId: config.kmsKeyId || undefined,
    customerKeyFile: config.customerKeyEncryptionFile || undefined,
  }
}

function taggingOf(text: string | undefined): string | undefined {
  if (!text) return undefined
  const bad = text.split('&').find(tag => !/^[^=]+=[^=]*$/.test(tag))
  if (bad === undefined) return text
  throw new InvalidInputError(
    `spec.config.tagging has to be of the form Key1=Value1&Key2=Value2; ${JSON.stringify(bad)} is not`,
  )
}

function checksumOf(text: string | undefined): Checksum | undefined {
  if (!text) return undefined
  const known = checksumAlgorithms.find(name => name === text)
  if (known) return known
  throw new InvalidInputError(`spec.config.checksumAlgorithm ${JSON.stringify(text)} is not known`, {
    next: `Use one of ${checksumAlgorithms.join(', ')}, or "" for none.`,
  })
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function dropUndefined<T extends object>(value: T): Defined<T> & S3Settings {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T> & S3Settings
}
