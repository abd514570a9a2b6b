import type { Config, ConfiguredLocation } from '../lib/config/config.ts'
import { isFolder, isReadOnly } from '../lib/config/location.ts'

/** A location in S3, as policies name it. */
export interface S3Place {
  /** Absent of the bucket that the deployment makes and names itself. */
  bucket?: string
  /** Empty, or ends in a slash. */
  prefix: string
  readOnly: boolean
  config: Record<string, string>
}

/** What the functions' own credentials open; where nothing is configured, the bucket that the deployment makes. */
export function s3Places(config: Config): S3Place[] {
  if (config.locations.length === 0) return [{ prefix: '', readOnly: false, config: {} }]
  return config.locations.filter(location => !isFolder(location) && !hasCredentials(location)).map(placeOf)
}

function placeOf(location: ConfiguredLocation): S3Place {
  const { objectStorage, config = {} } = location.spec
  const { bucket, prefix } = objectStorage
  return { bucket, prefix: prefix ? `${prefix}/` : '', readOnly: isReadOnly(location), config }
}

/** A location that brings its own takes none of the functions' rights. */
const hasCredentials = ({ credentialsFile, spec }: ConfiguredLocation) =>
  credentialsFile !== undefined || spec.config?.profile !== undefined

/** A bucket's ARN within Fn::Sub. */
export const bucketArn = ({ bucket }: Pick<S3Place, 'bucket'>) =>
  bucket === undefined ? '${Bucket.Arn}' : `arn:\${AWS::Partition}:s3:::${bucket}`

/** A key's beginning within Fn::Sub, so that IAM takes nothing of it for a wildcard or variable. */
export const literal = (text: string) => text.replaceAll(/[*?$]/g, found => `\${!${found}}`)
