import { goQuote } from './go-quote.ts'

type Config = Record<string, string>

/** The keys of velero-plugin-for-aws 1.13, in the order of its message; the last three Velero adds. */
const VALID_KEYS = [
  'region',
  's3Url',
  'publicUrl',
  'kmsKeyId',
  'customerKeyEncryptionFile',
  'customerKeyEncryptionSecret',
  's3ForcePathStyle',
  'signatureVersion',
  'credentialsFile',
  'profile',
  'serverSideEncryption',
  'insecureSkipTLSVerify',
  'enableSharedConfig',
  'tagging',
  'checksumAlgorithm',
  'bucket',
  'prefix',
  'caCert',
]

/** Go's strconv.ParseBool. */
const BOOLEAN = /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/
const ENCRYPTION_KEYS = ['kmsKeyId', 'customerKeyEncryptionFile', 'customerKeyEncryptionSecret']
const CHECKSUMS = ['', 'CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME']

const CHECKS: ((config: Config) => string | undefined)[] = [
  config => {
    const invalid = Object.keys(config).filter(key => !VALID_KEYS.includes(key))
    return invalid.length > 0
      ? `config has invalid keys [${invalid.join(' ')}]; valid keys are [${VALID_KEYS.join(' ')}]`
      : undefined
  },
  config => booleanProblem(config, 's3ForcePathStyle'),
  config => booleanProblem(config, 'insecureSkipTLSVerify'),
  config => urlProblem(config.s3Url),
  config => urlProblem(config.publicUrl),
  config =>
    ENCRYPTION_KEYS.filter(key => config[key]).length > 1
      ? 'you can only use one of: kmsKeyId, customerKeyEncryptionFile, or customerKeyEncryptionSecret'
      : undefined,
  ({ customerKeyEncryptionSecret: secret = '' }) =>
    secret !== '' && secret.split('/').length !== 2
      ? `invalid secret reference format: ${secret}, expected secretName/key`
      : undefined,
  config => tagProblem(config.tagging ?? ''),
  ({ checksumAlgorithm = '' }) =>
    CHECKSUMS.includes(checksumAlgorithm) ? undefined : `invalid checksum algorithm: ${checksumAlgorithm}`,
]

/** What the AWS plugin finds wrong with spec.config, in its own words and order; it stops at the first, this does not. */
export function awsConfigProblems(config: Config): string[] {
  return CHECKS.flatMap(check => check(config) ?? [])
}

function booleanProblem(config: Config, key: string): string | undefined {
  const value = config[key] ?? ''
  if (value === '' || BOOLEAN.test(value)) return undefined
  return `could not parse ${key} (expected bool): strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`
}

function urlProblem(url = ''): string | undefined {
  if (url === '' || (/^https?:/i.test(url) && URL.canParse(url))) return undefined
  return `Invalid s3 url ${url}, URL must be valid according to https://golang.org/pkg/net/url/#Parse and start with http:// or https://`
}

/** S3's own limits. The plugin also refuses a single tag, for which S3 gives no reason. */
function tagProblem(tagging: string): string | undefined {
  if (tagging === '') return undefined
  const tags = tagging.split('&').map(tag => tag.split('='))
  if (tags.length > 10) return 'Aws S3 allows only ten tags per object'
  if (tags.some(parts => parts.length !== 2)) return 'invalid tags provided'
  if (tags.some(([key = '']) => [...key].length > 128)) {
    return 'An S3 tag key can not be more than 128 Unicode characters in length'
  }
  if (tags.some(([, value = '']) => [...value].length > 256)) {
    return 'An S3 tag values can not be more 256 Unicode characters in length'
  }
  return undefined
}
