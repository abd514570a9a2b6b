import { access, constants } from 'node:fs/promises'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { InvalidInputError, messageOf } from '../../velero/errors.ts'
import type { S3Settings } from './settings.ts'

/** Credentials of a profile; of the location's own file, where there is one, which has to be readable when it is first used. */
export function credentialsFrom({
  credentialsFile,
  profile = 'default',
}: S3Settings): S3ClientConfig['credentials'] & {} {
  if (credentialsFile === undefined) return fromNodeProviderChain({ profile })
  // As in Velero, the file is the whole configuration, so that what happens to be in ~/.aws has no say.
  const read = fromIni({ filepath: credentialsFile, configFilepath: credentialsFile, profile, ignoreCache: true })
  return async context => {
    // The SDK takes a missing file for an empty one.
    await access(credentialsFile, constants.R_OK).catch(cause => {
      throw new InvalidInputError(`can't read the credentials file: ${messageOf(cause)}`, {
        next: 'Name a readable file: --credentials-file, or credential.file of the storage location.',
        cause,
      })
    })
    return read(context)
  }
}
