import { bucketArn, literal, type S3Place } from '../places.ts'
import type { FunctionName } from './functions.ts'
import { allow, type Statement, sub, unique } from './statement.ts'

/** What a function does in the locations. */
export function s3({ key, writes }: FunctionName, places: readonly S3Place[]): Statement[] {
  const objects = (among: readonly S3Place[], folders: readonly string[]) =>
    unique(among.flatMap(place => folders.map(folder => `${bucketArn(place)}/${literal(place.prefix)}${folder}`)))
  const writable = places.filter(({ readOnly }) => !readOnly)
  const written = objects(
    writable,
    writes.map(folder => `${folder}/*`),
  ).map(sub)
  const buckets = unique(writable.map(bucketArn)).map(sub)
  const tagged = writable.some(({ config }) => config.tagging)
  const statements = [
    ...lists(places),
    allow('Read', ['s3:GetObject'], objects(places, ['*']).map(sub)),
    allow(
      'Write',
      ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', ...(tagged ? ['s3:PutObjectTagging'] : [])],
      written,
    ),
    // Uploads that a dead invocation left; AWS lets nobody ask for some of a bucket's only.
    allow('Uploads', ['s3:ListBucketMultipartUploads'], buckets),
  ]
  if (key !== 'gc') return statements
  return [
    ...statements,
    allow('Versions', ['s3:GetBucketVersioning', 's3:ListBucketVersions'], buckets),
    allow(
      'OldVersions',
      ['s3:DeleteObjectVersion', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:GetObjectLegalHold'],
      written,
    ),
  ]
}

/**
 * Lists of a location only. A request for one object has no prefix, and S3 answers whether there is none (404) only to those who may
 * list: hence IfExists, which lets keys of the whole bucket be listed by a list without a prefix, but nothing else be read.
 */
function lists(places: readonly S3Place[]): Statement[] {
  const byBucket = Map.groupBy(places, bucketArn)
  return [...byBucket].map(([arn, among], index) => {
    const action = allow(`List${index === 0 ? '' : index + 1}`, ['s3:ListBucket'], sub(arn))
    if (among.some(({ prefix }) => prefix === '')) return action
    const prefixes = unique(among.map(({ prefix }) => sub(`${literal(prefix)}*`)))
    return { ...action, Condition: { StringLikeIfExists: { 's3:prefix': prefixes } } }
  })
}
