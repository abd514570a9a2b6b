import * as z from 'zod'
import { backupSpecSchema } from './schema-backup.ts'
import type { SchemaParts } from './schema-parts.ts'

/** The schema of a Schedule, with the fields in Velero's order. */
export function scheduleSchema(parts: SchemaParts) {
  const { object, text, texts, time, metadata } = parts
  const spec = object({
    template: backupSpecSchema(parts).prefault({}),
    schedule: text,
    useOwnerReferencesInBackup: z.boolean().optional(),
    paused: z.boolean().optional(),
    skipImmediately: z.boolean().optional(),
  })
  const status = z.object({
    phase: z.string().optional(),
    lastBackup: time.optional(),
    lastSkipped: time.optional(),
    validationErrors: texts.optional(),
  })
  return object({
    kind: z.literal('Schedule'),
    apiVersion: z.literal('velero.io/v1'),
    metadata,
    spec,
    status: status.optional(),
  })
}

/** The schema of a DeleteBackupRequest. */
export function deleteRequestSchema({ object, text, metadata }: SchemaParts) {
  return object({
    kind: z.literal('DeleteBackupRequest'),
    apiVersion: z.literal('velero.io/v1'),
    metadata,
    spec: object({ backupName: text }),
    status: z.unknown().optional(),
  })
}
