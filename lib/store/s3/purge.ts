import {
  GetBucketVersioningCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { KeptVersion, Purged } from '../types.ts'
import { factsOf } from './errors.ts'
import { decoder } from './list.ts'
import { type RemoveFailure, removeObjects } from './remove.ts'

/** Whether a bucket keeps, or has ever kept, older versions. One that does not say so to us is taken for one that does not. */
export async function keepsVersions(client: S3Client, bucket: string): Promise<boolean> {
  try {
    return (await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status !== undefined
  } catch (error) {
    const { code } = factsOf(error)
    if (['AccessDenied', 'NotImplemented', 'MethodNotAllowed'].includes(code)) return false
    throw error
  }
}

/** What ObjectStore.purge does in a bucket with versions. Where a current version is locked, a marker of ours hides it. */
export async function* purgeVersions(
  client: S3Client,
  bucket: string,
  root: string,
  keyOrFolder: string,
): AsyncGenerator<Purged> {
  const prefix = root + keyOrFolder
  const isMeant = (key: string) => keyOrFolder.endsWith('/') || key === prefix
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}
  while (markers !== undefined) {
    const page: Awaited<ReturnType<typeof versionsPage>> = await versionsPage(client, bucket, prefix, markers)
    const decode = decoder(page.EncodingType)
    const targetsOf = (entries: readonly Pick<ObjectVersion, 'Key' | 'VersionId'>[] = []) =>
      entries
        .map(({ Key = '', VersionId = 'null' }) => ({ key: decode(Key), version: VersionId }))
        .filter(({ key }) => isMeant(key))
    const versions = targetsOf(page.Versions)
    const markersThere = targetsOf(page.DeleteMarkers)
    const failures = await removeObjects(client, bucket, versions)
    const told = (failed: RemoveFailure[]) =>
      Promise.all(failed.map(failure => keptVersion(client, bucket, root, failure)))
    const left = await told(failures)
    const leftKeys = new Set(failures.map(({ key }) => key))
    // What hides a locked version stays; where nothing does, a marker of ours will. What is kept for another reason stays in sight.
    const latest = (page.DeleteMarkers ?? []).filter(({ IsLatest }) => IsLatest)
    const hidden = new Set(latest.map(({ Key = '' }) => decode(Key)))
    const bare = new Set(left.filter(({ locked }) => locked).map(({ key }) => root + key)).difference(hidden)
    const needless = markersThere.filter(({ key }) => !leftKeys.has(key))
    const refused = await removeObjects(client, bucket, [...needless, ...[...bare].map(key => ({ key }))])
    const kept = [...left, ...(await told(refused))]
    if (versions.length + markersThere.length > 0) yield { removed: versions.length - failures.length, kept }
    markers = page.IsTruncated
      ? { KeyMarker: decode(page.NextKeyMarker ?? ''), VersionIdMarker: page.NextVersionIdMarker }
      : undefined
  }
}

function versionsPage(client: S3Client, bucket: string, prefix: string, markers: object) {
  return client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...markers }))
}

/** What a lock says of a version; nothing where we may not know it. */
async function keptVersion(
  client: S3Client,
  bucket: string,
  root: string,
  { key, version, code, message }: RemoveFailure,
): Promise<KeptVersion> {
  const failure = { key: key.slice(root.length), code, message }
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
    const until = head.ObjectLockRetainUntilDate
    const locked = until !== undefined || head.ObjectLockLegalHoldStatus === 'ON'
    return { ...failure, locked, ...(until !== undefined && { until }) }
  } catch (error) {
    if (factsOf(error).status === undefined) throw error
    return { ...failure, locked: false }
  }
}
