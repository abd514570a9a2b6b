import * as z from 'zod'
import { messageOf } from '../velero/errors.ts'
import { scheduledBackup } from '../velero/scheduled-backup.ts'
import { InvalidManifestError, parseBackup, parseRestore } from '../velero/schema.ts'
import type { Backup, BackupSpec, ObjectMeta } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { uidOf } from '../velero/uid.ts'

/** A timer's event: a Velero Schedule and the time for which it is due, as EventBridge Scheduler fills it in. */
const timerEvent = z.object({
  kind: z.literal('Schedule'),
  apiVersion: z.literal('velero.io/v1').optional(),
  metadata: z.object({
    name: z.string().min(1),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z
    .object({ template: z.record(z.string(), z.unknown()).optional() })
    .loose()
    .optional(),
  time: z.string().optional(),
})

/**
 * The backup that a message asks for: a Velero Backup manifest, or what a timer sends. A message without metadata.uid
 * gets one that follows from its content, so that the same message is the same request however often it comes.
 * `now` stands in for a timer's missing time. Throws InvalidManifestError, naming the field.
 */
export function backupOf(message: unknown, now: Date): Backup {
  const kind = (message as { kind?: unknown } | null)?.kind
  if (kind === 'Schedule') return dueBackup(message, now)
  if (kind !== 'Backup')
    throw new InvalidManifestError(`kind: expected Backup or Schedule, got ${JSON.stringify(kind)}`, {
      next: 'Send a Velero Backup manifest as JSON, or a Schedule from a timer; events/ has one of each.',
    })
  return identified(parseBackup(message), JSON.stringify(message))
}

/** As `backupOf`; `origin` is what the uid follows from in place of the message alone. Throws InvalidManifestError. */
export function restoreOf(message: unknown, origin = JSON.stringify(message)): Restore {
  const kind = (message as { kind?: unknown } | null)?.kind
  if (kind !== 'Restore')
    throw new InvalidManifestError(`kind: expected Restore, got ${JSON.stringify(kind)}`, {
      next: 'Send a Velero Restore manifest as JSON; events/ has one.',
    })
  return identified(parseRestore(message), origin)
}

/** The JSON of a message. Throws InvalidManifestError. */
export function parseMessage(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's message has some of the text around it, which may be a secret that was sent by mistake.
    const [place = ''] = / at position \d+/.exec(messageOf(cause)) ?? []
    throw new InvalidManifestError(`the message is no JSON${place}`)
  }
}

/** With a namespace and a uid that may be part of a key, given or following from `origin`. */
function identified<T extends Backup | Restore>(request: T, origin: string): T {
  const { metadata } = request
  const given = metadata.uid
  if (given !== undefined && !UID.test(given))
    throw new InvalidManifestError(`metadata.uid: ${JSON.stringify(given)} is no uid`, {
      next: 'Use a UUID, or letters, digits and hyphens up to 64.',
    })
  return {
    ...request,
    metadata: { ...metadata, namespace: metadata.namespace ?? 'velero', uid: given ?? uidOf(origin) },
  }
}

/** What a schedule asks for that has no place in the bucket: all of it is in the timer's event. */
function dueBackup(message: unknown, now: Date): Backup {
  const parsed = timerEvent.safeParse(message)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new InvalidManifestError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no Schedule'}`)
  }
  const { metadata, spec, time } = parsed.data
  const due = time === undefined ? now : new Date(time)
  if (Number.isNaN(due.getTime()))
    throw new InvalidManifestError(
      `time: ${JSON.stringify(time)} is no time; expected RFC 3339 such as 2026-11-22T03:00:00Z`,
    )
  // Whatever it holds is parseBackup's to check.
  const template = (spec?.template ?? {}) as BackupSpec
  const schedule: Schedule = {
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: metadata as ObjectMeta,
    spec: { schedule: '', template },
  }
  return parseBackup(scheduledBackup(schedule, due))
}

/** Kubernetes' are UUIDs; a uid is also part of keys in the bucket. */
const UID = /^[A-Za-z0-9-]{1,64}$/
