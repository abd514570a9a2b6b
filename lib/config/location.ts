import { pathToFileURL } from 'node:url'
import type { LocationSettings } from './types.ts'

export function isFolder({ spec }: LocationSettings): boolean {
  return spec.provider.endsWith('file')
}

export function isReadOnly({ spec }: LocationSettings): boolean {
  return spec.accessMode === 'ReadOnly'
}

/** Where a location is, the same text for the same place: `s3://bucket/prefix`, `http://minio:9000/bucket`, `file:///srv/backups`. */
export function locationUrl(location: LocationSettings): string {
  const { bucket, prefix } = location.spec.objectStorage
  const path = prefix ? `${bucket}/${prefix}` : bucket
  if (isFolder(location)) return pathToFileURL(path).href
  const endpoint = location.spec.config?.s3Url?.toLowerCase().replace(/\/+$/, '')
  return endpoint ? `${endpoint}/${path}` : `s3://${path}`
}
