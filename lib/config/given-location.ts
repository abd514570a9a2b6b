import { parseBucketUrl } from './bucket-url.ts'
import type { ConfiguredLocation } from './config.ts'
import { checkEndpoint } from './endpoint.ts'
import { ConfigError } from './errors.ts'
import { type ReadFile, readNamedFile, resolvePath } from './files.ts'
import { isFolder } from './location.ts'
import { type Environment, given, type SettingsFlags } from './sources.ts'
import type { LocationSettings } from './types.ts'

type S3Setting = 's3Url' | 'region' | 'profile' | 'credentialsFile' | 'cacert'
const s3Settings: readonly S3Setting[] = ['s3Url', 'region', 'profile', 'credentialsFile', 'cacert']

/** The location that --bucket or LATEEN_BUCKET names, without the settings of givenS3; called `default`, as Velero's. */
export function givenBucket(flags: SettingsFlags, env: Environment, cwd: string): LocationSettings | undefined {
  const bucket = given('bucket', flags, env)
  if (!bucket) return undefined
  const { provider, ...objectStorage } = parseBucketUrl(bucket.value, bucket.source, cwd)
  return { name: 'default', spec: { provider, objectStorage } }
}

/** --read-only, else LATEEN_READ_ONLY, which is true or false. */
export function givenReadOnly({ readOnly }: SettingsFlags, { LATEEN_READ_ONLY: text }: Environment): boolean {
  if (readOnly !== undefined) return readOnly
  if (!text || text === 'false') return false
  if (text === 'true') return true
  throw new ConfigError(`LATEEN_READ_ONLY: ${JSON.stringify(text)} is neither true nor false`)
}

/** Puts what flags and environment say of S3 over each location that is in S3. Folders have no such settings. */
export async function withGivenS3(
  locations: ConfiguredLocation[],
  flags: SettingsFlags,
  env: Environment,
  files: { cwd: string; home: string; readFile: ReadFile },
): Promise<ConfiguredLocation[]> {
  const settings = s3Settings.map(name => given(name, flags, env)).filter(setting => setting !== undefined)
  const folder = locations.find(isFolder)
  const useless = settings.find(setting => setting.from === 'flag')
  if (useless && folder && locations.every(isFolder)) {
    throw new ConfigError(
      `${useless.source} is for buckets in S3, but backups lie in the folder ${folder.spec.objectStorage.bucket}`,
      {
        next: 'Leave it out.',
      },
    )
  }
  const s3Url = given('s3Url', flags, env)
  const region = given('region', flags, env)
  const profile = given('profile', flags, env)
  const credentialsFile = given('credentialsFile', flags, env)
  const cacert = given('cacert', flags, env)
  if (s3Url) checkEndpoint(s3Url.value, s3Url.source)
  const config = {
    // An endpoint of one's own rarely has a host name for every bucket.
    ...(s3Url && { s3Url: s3Url.value, s3ForcePathStyle: 'true' }),
    ...(region && { region: region.value }),
    ...(profile && { profile: profile.value }),
  }
  const caCert =
    cacert && (await readCertificates(files.readFile, resolvePath(cacert.value, files.cwd, files.home), cacert.source))
  return locations.map(location => {
    if (isFolder(location)) return location
    const merged = { ...location.spec.config, ...config }
    return {
      ...location,
      ...(credentialsFile && { credentialsFile: resolvePath(credentialsFile.value, files.cwd, files.home) }),
      spec: {
        ...location.spec,
        objectStorage: { ...location.spec.objectStorage, ...(caCert && { caCert }) },
        ...(Object.keys(merged).length > 0 && { config: merged }),
      },
    }
  })
}

/** A PEM file as a BackupStorageLocation holds it: in base64. */
export async function readCertificates(readFile: ReadFile, path: string, source: string): Promise<string> {
  const text = await readNamedFile(readFile, path, source)
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigError(`${source}: ${path} holds no certificate in PEM form`)
  }
  return Buffer.from(text).toString('base64')
}
