import type { z } from 'zod'
import { InvalidInputError, LateenError, messageOf } from './errors.ts'
import { backupSchema } from './schema-backup.ts'
import { locationSchema } from './schema-location.ts'
import { schemaParts } from './schema-parts.ts'
import type { Backup, BackupStorageLocation } from './types.ts'

/** A manifest from a person or a message is not what its kind demands. The message gives each field and what is wrong there. */
export class InvalidManifestError extends InvalidInputError {}

/** A record in a bucket can't be read as what its key says it is. */
export class InvalidRecordError extends LateenError {}

const given = schemaParts('given')
const stored = schemaParts('stored')
const givenBackup = backupSchema(given)
const givenLocation = locationSchema(given)
const storedBackup = backupSchema(stored)

/**
 * Reads a Backup manifest that a person or a message gave, already parsed from JSON or YAML. `null` counts as absent, as
 * for the API server. A status is left out: it is for the one who runs the backup to write. Throws InvalidManifestError
 * for anything not understood, unknown fields included.
 */
export function parseBackup(input: unknown): Backup {
  const { status: _, ...request } = check(givenBackup, input) as unknown as Backup
  return request
}

/** Reads a BackupStorageLocation manifest, as `parseBackup` reads a Backup. What its values mean: `validateStorageLocation`. */
export function parseBackupStorageLocation(input: unknown): BackupStorageLocation {
  const { status: _, ...location } = check(givenLocation, input) as unknown as BackupStorageLocation
  return location
}

function check(schema: z.ZodType, input: unknown): unknown {
  const result = schema.safeParse(withoutNulls(input))
  if (!result.success) {
    throw new InvalidManifestError(result.error.issues.map(describe).join('; '), {
      next: 'Correct the manifest and send it again.',
    })
  }
  const {
    selfLink: _,
    deletionGracePeriodSeconds: __,
    ...metadata
  } = (result.data as { metadata: Record<string, unknown> }).metadata
  return { ...(result.data as object), metadata }
}

/**
 * Reads the content of `velero-backup.json`, written by Velero of any version or by Lateen, in any phase. As in Velero,
 * keys are case-sensitive and unknown fields are dropped. Throws InvalidRecordError.
 */
export function readBackupRecord(json: string): Backup {
  const next =
    'Look at the object in the bucket; an older version of it may still be there if the bucket keeps versions.'
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new InvalidRecordError(`not JSON: ${messageOf(error)}`, { next, cause: error })
  }
  const result = storedBackup.safeParse(withoutNulls(value))
  if (result.success) return result.data as unknown as Backup
  throw new InvalidRecordError(result.error.issues.map(describe).join('; '), { next })
}

/** To Kubernetes a null is a field left out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === null || member === undefined ? [] : [[key, withoutNulls(member)]],
    ),
  )
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
  return `${path}${path === '' ? '' : ': '}${wording(issue)}`
}

function wording(issue: z.core.$ZodIssue): string {
  const received = /received (\w+)$/.exec(issue.message)?.[1]
  const missing = received === 'undefined'
  if (issue.code === 'invalid_type')
    return missing ? `required (${issue.expected})` : `expected ${issue.expected}, got ${received}`
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`
  return issue.message
}
