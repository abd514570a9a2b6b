import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { LeaseHeldError } from '../bucket/lease.ts'
import { ConfigError } from '../config/errors.ts'
import type { Settings } from '../config/types.ts'
import { messageOf } from '../velero/errors.ts'
import { InvalidManifestError } from '../velero/schema.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import { BackupExistsError, type BackupOptions } from './backup.ts'
import { backupOf } from './messages.ts'
import { CLUSTER_ANNOTATION } from './prepare.ts'
import type { Queues } from './queue.ts'
import type { BackupResult } from './types.ts'

/** What an invocation gives to the messages that it brought. */
export interface Invocation {
  /** The settings for a cluster by name, or for the only one; with the location of this name, if one is named. */
  settings(cluster: string | undefined, storageLocation: string | undefined): Settings
  createBackup(settings: Settings, manifest: Backup, options: BackupOptions): Promise<BackupResult>
  queues: Queues | undefined
  /** Aborted when the deadline is near: runs stop at a checkpoint. */
  signal: AbortSignal
  now: () => Date
  log(level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>): void
}

/** What a caller that waits is told. */
export interface BackupAnswer {
  name: string
  uid: string
  /** `Queued`: another invocation does the work. */
  phase: BackupPhase
  how: BackupResult['how'] | 'queued'
  items: number
  errors: string[]
  warnings: string[]
}

/**
 * Answers any event of the backup function: messages of its queue are worked on; what comes from a timer or a direct
 * call is put into the queue, or worked on at once where there is none.
 */
export async function handleBackupEvent(
  event: unknown,
  invocation: Invocation,
): Promise<SQSBatchResponse | BackupAnswer> {
  if (isQueueEvent(event)) return handleMessages(event, invocation)
  const backup = backupOf(event, invocation.now())
  if (invocation.queues === undefined) return work(backup, invocation, true)
  settingsOf(backup, invocation)
  await invocation.queues.send(backup)
  return { ...nameOf(backup), phase: 'Queued', how: 'queued', items: 0, errors: [], warnings: [] }
}

function isQueueEvent(event: unknown): event is SQSEvent {
  const records = (event as { Records?: unknown } | null)?.Records
  return Array.isArray(records) && records.every(record => record?.eventSource === 'aws:sqs')
}

/** The messages that are named in the answer come again; all others are done with. */
async function handleMessages(event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async record => ((await settleMessage(record, invocation)) ? [] : [record.messageId])),
  )
  return { batchItemFailures: failed.flat().map(itemIdentifier => ({ itemIdentifier })) }
}

/** Answers whether the message is done with. One that the queue itself makes trouble with comes again, and no other does for it. */
async function settleMessage(record: SQSRecord, invocation: Invocation): Promise<boolean> {
  try {
    return await handleMessage(record, invocation)
  } catch (error) {
    const fields = { messageId: record.messageId, error: messageOf(error) }
    invocation.log('error', 'The queue failed, and the message comes again', fields)
    return false
  }
}

async function handleMessage(record: SQSRecord, invocation: Invocation): Promise<boolean> {
  const { log, queues } = invocation
  try {
    await work(backupOf(parse(record.body), invocation.now()), invocation, false)
    return true
  } catch (error) {
    const fields = { messageId: record.messageId, error: messageOf(error) }
    if (error instanceof LeaseHeldError) {
      log('info', 'The run is being worked on; its message comes back when the lease ends', fields)
      await queues?.delay(record.receiptHandle, secondsToWait(error.expires, record, invocation.now()))
      return false
    }
    // What no retry mends goes aside at once, with the reason; without a place for it, it comes back until it is given up.
    if (error instanceof InvalidManifestError || error instanceof BackupExistsError) {
      log('error', 'The message was refused', fields)
      return (await queues?.bury(record.body, messageOf(error))) ?? false
    }
    log('error', 'The message failed and comes again', fields)
    return false
  }
}

/**
 * Until the lease ends; longer each time the message has come in vain, for a queue counts how often, and gives a message
 * up that would wait for a run of many invocations.
 */
function secondsToWait(expires: Date, record: SQSRecord, now: Date): number {
  const received = Number(record.attributes?.ApproximateReceiveCount ?? 1)
  return Math.max((expires.getTime() - now.getTime()) / 1000 + 1, 15 * 2 ** Math.min(received, 8))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new InvalidManifestError(`the message is no JSON: ${messageOf(cause)}`)
  }
}

async function work(backup: Backup, invocation: Invocation, wait: boolean): Promise<BackupAnswer> {
  const { log, queues, signal, now } = invocation
  const settings = settingsOf(backup, invocation)
  const result = await invocation.createBackup(settings, backup, { typed: false, signal, wait, now })
  if (result.how === 'continued') await queues?.send(backup)
  const { status } = result.backup
  const answer: BackupAnswer = {
    ...nameOf(result.backup),
    phase: status?.phase ?? 'InProgress',
    how: result.how,
    items: status?.progress?.itemsBackedUp ?? 0,
    errors: result.errors,
    warnings: result.warnings,
  }
  log(answer.errors.length > 0 ? 'warn' : 'info', `Backup ${answer.phase}`, { ...answer })
  return answer
}

/** Throws InvalidManifestError where the message names a cluster or location that is not configured. */
function settingsOf({ metadata, spec }: Backup, invocation: Invocation): Settings {
  const cluster = metadata.annotations?.[CLUSTER_ANNOTATION]
  const location = spec.storageLocation || undefined
  try {
    return invocation.settings(cluster, location)
  } catch (error) {
    if (!(error instanceof ConfigError) || (cluster === undefined && location === undefined)) throw error
    throw new InvalidManifestError(error.message, {
      ...(error.next !== undefined && { next: error.next }),
      cause: error,
    })
  }
}

function nameOf(backup: Backup): { name: string; uid: string } {
  return { name: backup.metadata.name, uid: backup.metadata.uid ?? '' }
}
