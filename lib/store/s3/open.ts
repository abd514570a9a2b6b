import type { BackupStorageLocationSpec } from '../../velero/types.ts'
import { s3Client } from './client.ts'
import { parametersOf } from './parameters.ts'
import { s3Settings } from './settings.ts'
import { S3Store } from './store.ts'

/** Opens a location of the provider `aws`; sends nothing yet. */
export async function openS3Store(spec: BackupStorageLocationSpec, credentialsFile?: string): Promise<S3Store> {
  const settings = s3Settings(spec, credentialsFile)
  const parameters = await parametersOf(settings)
  const client = await s3Client(settings, settings.endpoint)
  const publicClient =
    settings.publicEndpoint === undefined ? client : await s3Client(settings, settings.publicEndpoint)
  return new S3Store({ settings, parameters, client, publicClient })
}
