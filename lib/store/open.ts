import { isAbsolute, resolve } from 'node:path'
import { InvalidInputError } from '../velero/errors.ts'
import type { BackupStorageLocationSpec } from '../velero/types.ts'
import type { ObjectStore } from './types.ts'

type Open = (spec: BackupStorageLocationSpec, credentialsFile?: string) => Promise<ObjectStore>

/** By provider. Each store's code is loaded when it is used: the AWS SDK is most of a cold start. */
const stores: Record<string, Open> = {
  aws: async (spec, credentialsFile) => (await import('./s3/open.ts')).openS3Store(spec, credentialsFile),
  file: async spec => {
    const { FileStore } = await import('./file/store.ts')
    const { bucket, prefix = '' } = spec.objectStorage
    if (!isAbsolute(bucket)) {
      throw new InvalidInputError(
        `spec.objectStorage.bucket has to be the absolute path of a folder, not ${JSON.stringify(bucket)}`,
      )
    }
    return new FileStore(resolve(bucket), prefix.replace(/^\/+|\/+$/g, ''))
  },
}

/**
 * Opens a storage location; it sends nothing before the first call of a method. `credentialsFile` is an AWS
 * shared-credentials file. Throws InvalidInputError for a provider or configuration that can't be used.
 */
export async function openStore(location: {
  spec: BackupStorageLocationSpec
  credentialsFile?: string
}): Promise<ObjectStore> {
  const { provider } = location.spec
  const open = stores[provider.replace(/^(velero\.io\/(?=aws$)|lateen\.io\/(?=file$))/, '')]
  if (open) return await open(location.spec, location.credentialsFile)
  throw new InvalidInputError(
    `spec.provider of the storage location is ${JSON.stringify(provider)}, which is not supported`,
    {
      next: 'Use aws (S3 and its compatibles) or file (a folder).',
    },
  )
}
