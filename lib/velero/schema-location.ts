import * as z from 'zod'
import { type SchemaParts, textThat } from './schema-parts.ts'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The schema of a BackupStorageLocation, with the fields in Velero's order. */
export function locationSchema(parts: SchemaParts) {
  const { object, text, textMap, duration, time, word, metadata } = parts
  const secretKey = object({ name: text, key: text })

  const spec = object({
    provider: text,
    config: textMap.optional(),
    credential: secretKey.optional(),
    objectStorage: object({
      bucket: text,
      prefix: z.string().optional(),
      caCert: textThat(text => (BASE64.test(text) ? undefined : 'expected a PEM certificate in base64')).optional(),
      caCertRef: secretKey.optional(),
    }),
    default: z.boolean().optional(),
    accessMode: word('ReadOnly', 'ReadWrite').optional(),
    backupSyncPeriod: duration.optional(),
    validationFrequency: duration.optional(),
  })

  const status = z.object({
    phase: z.string().optional(),
    lastSyncedTime: time.optional(),
    lastValidationTime: time.optional(),
    message: z.string().optional(),
    lastSyncedRevision: z.string().optional(),
    accessMode: z.string().optional(),
  })

  return object({
    kind: z.literal('BackupStorageLocation'),
    apiVersion: z.literal('velero.io/v1'),
    metadata,
    spec,
    status: status.optional(),
  })
}
