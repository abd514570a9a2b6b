import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { S3Settings } from './settings.ts'

/** Credentials of a profile; of the location's own file, where there is one. */
export function credentialsFrom({
  credentialsFile,
  profile = 'default',
}: S3Settings): S3ClientConfig['credentials'] & {} {
  if (credentialsFile === undefined) return fromNodeProviderChain({ profile })
  // As in Velero, the file is the whole configuration, so that what happens to be in ~/.aws has no say.
  return fromIni({ filepath: credentialsFile, configFilepath: credentialsFile, profile, ignoreCache: true })
}
