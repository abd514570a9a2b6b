import { bucketArn, literal, type S3Place } from '../places.ts'
import type { FunctionName } from './functions.ts'
import type { Merge } from './merged.ts'
import { allow, type Statement, sub, unique } from './statement.ts'

/** What a function does in the locations. */
export function s3({ key, writes }: FunctionName, places: readonly S3Place[], merge: Merge): Statement[] {
  const objects = (among: readonly S3Place[], folders: readonly string[]) =>
    [...Map.groupBy(among, bucketArn)].flatMap(([arn, some]) =>
      folders.flatMap(folder => merge(some.map(({ prefix }) => `${arn}/${literal(prefix)}${folder}`))),
    )
  const writable = places.filter(({ readOnly }) => !readOnly)
  const written = objects(
    writable,
    writes.map(folder => `${folder}/*`),
  ).map(sub)
  const buckets = unique(writable.map(bucketArn)).map(sub)
  const tagged = writable.some(({ config }) => config.tagging)
  const statements = [
    ...lists(places, merge),
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
function lists(places: readonly S3Place[], merge: Merge): Statement[] {
  const byBucket = Map.groupBy(places, bucketArn)
  return [...byBucket].map(([arn, among], index) => {
    const action = allow(`List${index === 0 ? '' : index + 1}`, ['s3:ListBucket'], sub(arn))
    if (among.some(({ prefix }) => prefix === '')) return action
    const prefixes = merge(among.map(({ prefix }) => `${literal(prefix)}*`)).map(sub)
    return { ...action, Condition: { StringLikeIfExists: { 's3:prefix': prefixes } } }
  })
}
