import { trimSlashes } from '../bucket-url.ts'
import type { ConfiguredCluster } from '../config.ts'
import { checkEndpoint } from '../endpoint.ts'
import { ConfigError } from '../errors.ts'
import { resolvePath } from '../files.ts'
import type { LocationSettings } from '../types.ts'
import type { FileCluster, FileLocation } from './schema.ts'

/** A cluster of lateen.yaml as settings; paths start at the file's folder. */
export function clusterSettings(cluster: FileCluster, folder: string, home: string): ConfiguredCluster {
  const { kubeconfig, eks, ...rest } = cluster
  return defined({
    ...rest,
    kubeconfig: kubeconfig && resolvePath(kubeconfig, folder, home),
    eks: eks && defined(eks),
  }) as ConfiguredCluster
}

/** A location of lateen.yaml as settings; paths start at the file's folder. `source` names it in messages. */
export function locationSettings(
  location: FileLocation,
  folder: string,
  home: string,
  source: string,
): LocationSettings {
  const { name, credential, objectStorage, config, ...rest } = location
  const isFolder = location.provider.endsWith('file')
  const bucket = isFolder
    ? folderPath(objectStorage.bucket, folder, home, source)
    : bucketName(objectStorage.bucket, source)
  if (config?.s3Url !== undefined) checkEndpoint(config.s3Url, `${source}: config.s3Url`)
  const merged = {
    ...(config?.s3Url !== undefined && { s3ForcePathStyle: 'true' }),
    ...config,
    ...(credential?.profile !== undefined && { profile: credential.profile }),
  }
  const prefix = trimSlashes(objectStorage.prefix ?? '')
  return {
    name,
    ...(credential?.file !== undefined && { credentialsFile: resolvePath(credential.file, folder, home) }),
    spec: {
      ...(defined(rest) as typeof rest & { provider: string }),
      objectStorage: {
        ...(objectStorage.caCert !== undefined && { caCert: objectStorage.caCert }),
        bucket,
        ...(prefix !== '' && { prefix }),
      },
      ...(Object.keys(merged).length > 0 && { config: merged }),
    } as LocationSettings['spec'],
  }
}

/** Velero's rule and its words. */
function bucketName(bucket: string, source: string): string {
  const name = trimSlashes(bucket.replace(/^s3:\/\//, ''))
  if (name.includes('/')) {
    throw new ConfigError(
      `${source}: backup storage location's bucket name ${JSON.stringify(name)} must not contain a '/' (if using a prefix, put it in the 'Prefix' field instead)`,
    )
  }
  if (name === '') throw new ConfigError(`${source}: objectStorage.bucket is empty`)
  return name
}

function folderPath(bucket: string, folder: string, home: string, source: string): string {
  if (/^[a-z0-9]+:\/\//i.test(bucket) && !bucket.startsWith('file:///')) {
    throw new ConfigError(`${source}: objectStorage.bucket ${JSON.stringify(bucket)} is not a folder's path`)
  }
  return resolvePath(bucket.replace(/^file:\/\//, ''), folder, home)
}

/** Without the keys that hold `undefined`. */
function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
