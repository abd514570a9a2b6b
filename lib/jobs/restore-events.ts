import type { S3Event, S3EventRecord, SQSBatchResponse } from 'aws-lambda'
import type { LocationSettings, Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { LOCATION_ANNOTATION } from '../velero/annotations.ts'
import { messageOf } from '../velero/errors.ts'
import type { Restore, RestorePhase } from '../velero/types-restore.ts'
import { type OpenStore, readDropped } from './dropped.ts'
import { handleEvent, isFrom } from './events.ts'
import {
  bury,
  type EventAnswer,
  type Invocation,
  isRefusal,
  type Ran,
  type Requests,
  type RunOptions,
  take,
} from './invocation.ts'
import { restoreOf } from './messages.ts'
import type { RestoreResult } from './types.ts'

export interface RestoreRunOptions extends RunOptions {
  onEnded(result: RestoreResult): void
  onUnsent(problem: string): void
}

export interface RestoreInvocation extends Invocation {
  createRestore(settings: Settings, manifest: Restore, options: RestoreRunOptions): Promise<RestoreResult>
  /** Where manifests may be dropped. */
  locations: readonly LocationSettings[]
}

export type RestoreAnswer = EventAnswer<RestorePhase>

/**
 * Answers any event of the restore function: messages of its queue, a direct call, and what a bucket tells of manifests
 * dropped into it, each of which is put into the queue. Of those the answer has one entry for each that was not refused.
 */
export async function handleRestoreEvent(
  event: unknown,
  invocation: RestoreInvocation,
  open: OpenStore = openStore,
): Promise<SQSBatchResponse | RestoreAnswer | RestoreAnswer[]> {
  const requests: Requests<Restore> = {
    word: 'Restore',
    service: 'restore',
    read: message => restoreOf(message),
    locationOf: ({ metadata }) => metadata.annotations?.[LOCATION_ANNOTATION],
    run: async (settings, manifest, options, { ended, unsent }) => {
      const told = { ...options, onEnded: (result: RestoreResult) => ended(ranOf(result)), onUnsent: unsent }
      return ranOf(await invocation.createRestore(settings, manifest, told))
    },
  }
  if (!isBucketEvent(event)) return handleEvent(event, requests, invocation)
  const answers = await Promise.all(event.Records.map(record => takeDropped(record, requests, invocation, open)))
  return answers.filter(answer => answer !== undefined)
}

function isBucketEvent(event: unknown): event is S3Event {
  return isFrom('s3', event)
}

/** Throws what may pass, for the service to send the event again; what was refused goes aside, for it would come in vain. */
async function takeDropped(
  record: S3EventRecord,
  requests: Requests<Restore>,
  invocation: RestoreInvocation,
  open: OpenStore,
): Promise<RestoreAnswer | undefined> {
  try {
    return await take(await readDropped(record, invocation.locations, open), requests, invocation)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { bucket, object } = record.s3
    const fields = { bucket: bucket.name, key: object.key, error: messageOf(error) }
    invocation.log('error', 'The dropped manifest was refused', fields)
    // Where there is no place for it, whoever called is told.
    const parts = { invocation, service: requests.service, about: fields }
    if (!(await bury(JSON.stringify(record), messageOf(error), parts))) throw error
    return undefined
  }
}

function ranOf({ restore, ...ran }: RestoreResult): Ran<Restore> {
  return { record: restore, items: restore.status?.progress?.itemsRestored ?? 0, ...ran }
}
