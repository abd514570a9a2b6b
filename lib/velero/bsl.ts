import { awsConfigProblems } from './bsl-aws.ts'
import { InvalidInputError } from './errors.ts'
import { goQuote } from './go-quote.ts'
import type { BackupStorageLocationSpec } from './types.ts'

/** A provider by its full name: `aws` is `velero.io/aws`; `file`, which only Lateen has, is `lateen.io/file`. */
export function normaliseProvider(provider: string): string {
  if (provider === 'file') return 'lateen.io/file'
  return provider.includes('/') ? provider : `velero.io/${provider}`
}

/**
 * The bucket and the prefix as Velero uses them: without slashes at their ends; the prefix '' is the bucket's root.
 * Throws InvalidInputError for a bucket with a slash inside. Not for `file`, whose bucket is a path.
 */
export function bucketAndPrefix({ objectStorage }: Pick<BackupStorageLocationSpec, 'objectStorage'>): {
  bucket: string
  prefix: string
} {
  const bucket = trimSlashes(objectStorage.bucket)
  if (bucket.includes('/')) throw new InvalidInputError(slashInBucket(objectStorage.bucket))
  return { bucket, prefix: trimSlashes(objectStorage.prefix ?? '') }
}

const trimSlashes = (text: string) => text.replace(/^\/+|\/+$/g, '')

const slashInBucket = (bucket: string) =>
  `backup storage location's bucket name ${goQuote(bucket)} must not contain a '/' (if using a prefix, put it in the 'Prefix' field instead)`

/** What is wrong with a location, with the texts of Velero and its AWS plugin; none if it can be used. Opens no connection. */
export function validateStorageLocation(spec: BackupStorageLocationSpec): string[] {
  const { provider, objectStorage, config = {} } = spec
  if (provider === '') return ['object storage provider name must not be empty']
  const errors: string[] = []
  if (objectStorage.caCert !== undefined && objectStorage.caCertRef !== undefined) {
    errors.push('cannot specify both caCert and caCertRef in objectStorage')
  }
  const check = PROVIDERS[normaliseProvider(provider)]
  if (check === undefined) {
    const known = Object.keys(PROVIDERS).join(' and ')
    return [...errors, `unable to locate ObjectStore plugin named ${normaliseProvider(provider)}; there are ${known}`]
  }
  return [...errors, ...check(objectStorage.bucket, config)]
}

const PROVIDERS: Record<string, (bucket: string, config: Record<string, string>) => string[]> = {
  'velero.io/aws': (bucket, config) => {
    const name = trimSlashes(bucket)
    const errors = awsConfigProblems(config)
    if (name === '') errors.unshift('objectStorage.bucket must not be empty')
    if (name.includes('/')) errors.unshift(slashInBucket(bucket))
    return errors
  },
  'lateen.io/file': (folder, config) => [
    ...(folder.startsWith('/')
      ? []
      : [`objectStorage.bucket must be the absolute path of a folder, not ${goQuote(folder)}`]),
    ...(Object.keys(config).length === 0
      ? []
      : [`config has invalid keys [${Object.keys(config).join(' ')}]; valid keys are []`]),
  ],
}

/** The folders that Velero 1.18 allows at the top of a location; one other and it calls the location Unavailable. */
export const allowedTopLevel: readonly string[] = ['backups', 'restores', 'restic', 'metadata', 'plugins', 'kopia']

/** Velero's complaint about other folders, of which it names three; undefined if all are allowed. `dirs` without slashes. */
export function invalidTopLevelMessage(dirs: readonly string[]): string | undefined {
  const invalid = dirs.filter(dir => !allowedTopLevel.includes(dir))
  if (invalid.length === 0) return undefined
  if (invalid.length <= 3) return `Backup store contains invalid top-level directories: [${invalid.join(' ')}]`
  return `Backup store contains ${invalid.length} invalid top-level directories: [${[...invalid.slice(0, 3), '...'].join(' ')}]`
}
