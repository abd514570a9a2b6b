import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import type { Recorded } from '../bucket/record-kinds.ts'
import type { LocationSettings, Settings } from '../config/types.ts'
import { LOCATION_ANNOTATION } from '../velero/annotations.ts'
import { messageOf } from '../velero/errors.ts'
import { InvalidManifestError, parseDeleteBackupRequest } from '../velero/schema.ts'
import type { DeleteOptions } from './delete.ts'
import { BackupNotFoundError, LocationNotWritableError } from './errors.ts'
import { isFrom } from './events.ts'
import type { GcOptions } from './gc.ts'
import { measuresOfCollection } from './gc-measures.ts'
import type { GcResult } from './gc-types.ts'
import { bury, type Invocation } from './invocation.ts'
import { parseMessage } from './messages.ts'
import { isLast, whyOver } from './receptions.ts'

/** What the gc function works with. */
export interface GcInvocation extends Pick<Invocation, 'queues' | 'signal' | 'now' | 'log' | 'measure'> {
  /** Whom to tell of runs that ended. */
  notifications?: Settings['notifications']
  /** Of all locations that are configured. */
  locationNames: readonly string[]
  /** Without a name the default one. Throws ConfigError. */
  location(name: string | undefined): LocationSettings
  collect(settings: Pick<Settings, 'location' | 'notifications'>, options: GcOptions): Promise<GcResult>
  deleteBackup(settings: Pick<Settings, 'location'>, name: string, options: DeleteOptions): Promise<unknown>
  /** Sends the request of a run that died to its own function's queue. */
  send?: (request: Recorded) => Promise<unknown>
}

/** One location to be collected, or one backup to be deleted. */
type Task = { collect: string } | { delete: string; uid?: string; location?: string }

/** What a caller that waits is told of each task. */
export interface GcAnswer {
  task: string
  how: GcResult['how'] | 'deleted' | 'queued' | 'failed'
  deleted?: number
  kept?: number
  problems?: string[]
}

/**
 * Answers any event of the gc function. A timer, or a call, with a BackupStorageLocationList has each location collected, by a
 * message of its own where there is a queue; a BackupStorageLocation one; a DeleteBackupRequest deletes one backup. One location that
 * can't be reached delays no other.
 */
export async function handleGcEvent(event: unknown, invocation: GcInvocation): Promise<SQSBatchResponse | GcAnswer[]> {
  if (isFrom('sqs', event)) return handleMessages(event as SQSEvent, invocation)
  const { queues, measure } = invocation
  const answers = await Promise.all(
    tasksOf(event, invocation.locationNames).map(async ({ message, task }) => {
      if (queues === undefined) return work(task, invocation).catch(error => failed(task, error, invocation))
      await queues.send(message)
      return { task: nameOf(task), how: 'queued' as const }
    }),
  )
  if (collectAllSchema.safeParse(event).success) measure({ service: 'gc', values: { Timers: 1 }, about: {} })
  return answers
}

async function handleMessages(event: SQSEvent, invocation: GcInvocation): Promise<SQSBatchResponse> {
  const again = await Promise.all(
    event.Records.map(async record => ((await settle(record, invocation)) ? [] : [record.messageId])),
  )
  return { batchItemFailures: again.flat().map(itemIdentifier => ({ itemIdentifier })) }
}

/** Answers whether the message is done with. */
async function settle(record: SQSRecord, invocation: GcInvocation): Promise<boolean> {
  const { log, locationNames } = invocation
  const { messageId } = record
  const over = whyOver(record)
  if (over !== undefined) {
    log('error', 'The message failed, and is given up', { messageId, error: over })
    return bury(record.body, over, { invocation, service: 'gc', about: { messageId } })
  }
  try {
    for (const { task } of tasksOf(parseMessage(record.body), locationNames)) await work(task, invocation)
    return true
  } catch (error) {
    // It was deleted before: the message came twice.
    if (error instanceof BackupNotFoundError) return true
    log('error', 'The message failed', { messageId, error: messageOf(error) })
    const isRefused = error instanceof InvalidManifestError || error instanceof LocationNotWritableError
    if (!isRefused && !isLast(record)) return false
    return bury(record.body, messageOf(error), { invocation, service: 'gc', about: { messageId } })
  }
}

async function work(task: Task, invocation: GcInvocation): Promise<GcAnswer> {
  const { now, log, signal, measure, queues, send, notifications } = invocation
  if ('delete' in task) {
    const location = invocation.location(task.location)
    await invocation.deleteBackup({ location }, task.delete, { now, ...(task.uid !== undefined && { uid: task.uid }) })
    log('info', 'Backup deleted', { backup: task.delete })
    return { task: nameOf(task), how: 'deleted' }
  }
  const location = invocation.location(task.collect)
  const result = await invocation.collect(
    { location, ...(notifications && { notifications }) },
    { now, signal, ...(send && { send }) },
  )
  const { how, kept, deleted, problems, locked } = result
  if (how === 'continued') await queues?.send(collectMessage(task.collect))
  for (const line of measuresOfCollection(result)) measure(line)
  for (const { late, ...schedule } of result.schedules)
    if (late)
      log('warn', 'A schedule is late: its last good backup is older than it may be', {
        location: task.collect,
        ...schedule,
      })
  const facts = { location: task.collect, how, kept, deleted: deleted.length, locked: locked.length, problems }
  log(problems.length > 0 ? 'warn' : 'info', 'Location collected', facts)
  return { task: nameOf(task), how, deleted: deleted.length, kept, problems }
}

function failed(task: Task, error: unknown, { log }: GcInvocation): GcAnswer {
  const problem = messageOf(error)
  log('error', 'Collection failed', { task: nameOf(task), error: problem })
  return { task: nameOf(task), how: 'failed', problems: [problem] }
}

const nameOf = (task: Task) => ('delete' in task ? `delete ${task.delete}` : `collect ${task.collect}`)

const collectMessage = (name: string) => ({
  kind: 'BackupStorageLocation',
  apiVersion: 'velero.io/v1',
  metadata: { name },
})

const apiVersion = z.literal('velero.io/v1').optional()
const collectSchema = z.object({
  kind: z.literal('BackupStorageLocation'),
  apiVersion,
  metadata: z.object({ name: z.string().min(1) }),
})
const collectAllSchema = z.object({ kind: z.literal('BackupStorageLocationList'), apiVersion })

/** The tasks that an event or message stands for, each with a message of its own. Throws InvalidManifestError. */
function tasksOf(event: unknown, locationNames: readonly string[]): { message: unknown; task: Task }[] {
  if (collectAllSchema.safeParse(event).success)
    return locationNames.map(name => ({ message: collectMessage(name), task: { collect: name } }))
  const one = collectSchema.safeParse(event)
  if (one.success) return [{ message: event, task: { collect: one.data.metadata.name } }]
  const kind = (event as { kind?: unknown } | null)?.kind
  if (kind !== 'DeleteBackupRequest')
    throw new InvalidManifestError(
      `kind: expected BackupStorageLocationList, BackupStorageLocation with metadata.name, or DeleteBackupRequest, got ${JSON.stringify(kind)}`,
      { next: 'events/ has one of each.' },
    )
  const { metadata, spec } = parseDeleteBackupRequest(event)
  const uid = metadata.labels?.['velero.io/backup-uid']
  const location = metadata.annotations?.[LOCATION_ANNOTATION]
  if (spec.backupName === '') throw new InvalidManifestError('spec.backupName is required')
  // A message may come again when the name has been given to another backup.
  if (uid === undefined)
    throw new InvalidManifestError(
      'metadata.labels["velero.io/backup-uid"] is required: which backup of that name is meant',
      {
        next: 'Copy metadata.uid of the backup into this label.',
      },
    )
  return [{ message: event, task: { delete: spec.backupName, uid, ...(location !== undefined && { location }) } }]
}
