import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from './errors.ts'

/** Where backups lie, in the terms of a BackupStorageLocation; for `file` the bucket is an absolute path. */
export interface BucketAddress {
  provider: 'aws' | 'file'
  bucket: string
  prefix?: string
}

const forms = 's3://NAME[/PREFIX] or file:///FOLDER'

/**
 * Reads `s3://NAME[/PREFIX]` or `file:///FOLDER`. `source` is the flag or variable that the text came from; `cwd` only
 * serves to suggest the right address for a bare path. Throws ConfigError.
 */
export function parseBucketUrl(text: string, source: string, cwd: string): BucketAddress {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase()
  if (scheme === 's3') return s3Address(text, source)
  if (scheme === 'file') return folderAddress(text, source)
  if (scheme === 'http' || scheme === 'https') {
    throw new ConfigError(`${source}: ${JSON.stringify(text)} is the address of a server, not of a bucket`, {
      next: 'Give the bucket as s3://NAME[/PREFIX] and the server as --s3-url.',
    })
  }
  if (scheme !== undefined) {
    throw new ConfigError(`${source}: the scheme ${JSON.stringify(scheme)} is not known; use ${forms}`)
  }
  throw new ConfigError(`${source}: ${JSON.stringify(text)} has no scheme; use ${forms}`, {
    next: `Did you mean ${suggestion(text, cwd)}?`,
  })
}

function s3Address(text: string, source: string): BucketAddress {
  const [bucket = '', ...rest] = text.slice('s3://'.length).split('/')
  const prefix = trimSlashes(rest.join('/'))
  if (bucket === '') throw new ConfigError(`${source}: ${JSON.stringify(text)} names no bucket; use s3://NAME[/PREFIX]`)
  // Wider than AWS' rule: compatible stores have buckets with capitals and underscores.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(bucket)) {
    throw new ConfigError(
      `${source}: ${JSON.stringify(bucket)} can't be a bucket's name: only letters, digits, ".", "-" and "_" may be in it`,
    )
  }
  return { provider: 'aws', bucket, ...(prefix !== '' && { prefix }) }
}

function folderAddress(text: string, source: string): BucketAddress {
  const path = text.slice('file://'.length)
  if (path.replaceAll('/', '') === '') throw new ConfigError(`${source}: ${JSON.stringify(text)} names no folder`)
  if (!path.startsWith('/')) {
    throw new ConfigError(`${source}: ${JSON.stringify(text)} is not the address of an absolute folder`, {
      next: `A folder's address has three slashes, such as file:///${path}.`,
    })
  }
  try {
    return { provider: 'file', bucket: resolve(decodeURIComponent(path)) }
  } catch (cause) {
    throw new ConfigError(`${source}: ${JSON.stringify(text)} has a "%" that is not an escape`, {
      next: 'Write a "%" in a folder\'s name as %25.',
      cause,
    })
  }
}

function suggestion(text: string, cwd: string): string {
  const [, scheme, rest = ''] = /^(s3|file):(.*)$/is.exec(text) ?? []
  if (scheme !== undefined) return `${scheme.toLowerCase() === 's3' ? 's3://' : 'file:///'}${trimSlashes(rest)}`
  const folder = pathToFileURL(resolve(cwd, text)).href
  if (/^[./~]/.test(text)) return folder
  const bucket = `s3://${trimSlashes(text)}`
  return text.includes('/') ? `${bucket} (a bucket) or ${folder} (a folder)` : bucket
}

/** Velero's rule: a prefix is meant the same with and without slashes around it. */
export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '')
}
