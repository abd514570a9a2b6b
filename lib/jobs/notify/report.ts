import {
  backupRecordKey,
  backupResultsKey,
  restoreRecordKey,
  restoreResultsKey,
  runOutcomeKey,
} from '../../bucket/layout.ts'
import type { Recorded } from '../../bucket/record-kinds.ts'
import type { BackupStorageLocationSpec } from '../../velero/types.ts'

/** Where a run's report lies: its record; of a request that was refused, its outcome. */
export interface Report {
  /** `s3://...` or `file:///...`. */
  url: string
  /** The list of warnings and errors, gzipped JSON; absent where there is none. */
  results?: string
  /** The record in AWS' console; absent for what is not on AWS. */
  console?: string
}

export function reportOf(record: Recorded, spec: BackupStorageLocationSpec, region: string | undefined): Report {
  const { name, uid = '' } = record.metadata
  const refused = record.status?.phase === 'FailedValidation'
  const [recordKey, resultsKey] =
    record.kind === 'Backup' ? [backupRecordKey, backupResultsKey] : [restoreRecordKey, restoreResultsKey]
  const key = refused ? runOutcomeKey(uid) : recordKey(name)
  const { bucket, prefix } = spec.objectStorage
  const path = (of: string) => [bucket, prefix, of].filter(Boolean).join('/')
  const isFolder = spec.provider.endsWith('file')
  const url = (of: string) => (isFolder ? `file://${path(of)}` : `s3://${path(of)}`)
  const isAws = !isFolder && spec.config?.s3Url === undefined
  return {
    url: url(key),
    ...(!refused && { results: url(resultsKey(name)) }),
    ...(isAws && { console: consoleUrl(bucket, path(key).slice(bucket.length + 1), spec.config?.region ?? region) }),
  }
}

function consoleUrl(bucket: string, key: string, region: string | undefined): string {
  const place = region === undefined ? '' : `region=${region}&`
  return `https://${consoleHost(region)}/s3/object/${bucket}?${place}prefix=${key.split('/').map(encodeURIComponent).join('/')}`
}

function consoleHost(region: string | undefined): string {
  if (region === undefined) return 's3.console.aws.amazon.com'
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`
  return region.startsWith('us-gov-') ? `${region}.console.amazonaws-us-gov.com` : `${region}.console.aws.amazon.com`
}
