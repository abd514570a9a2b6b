import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { LeaseHeldError } from '../bucket/lease.ts'
import type { Recorded } from '../bucket/record-kinds.ts'
import { SlotsTakenError } from '../bucket/slots.ts'
import { messageOf } from '../velero/errors.ts'
import {
  bury,
  type EventAnswer,
  type Invocation,
  isRefusal,
  type PhaseOf,
  type Requests,
  take,
  work,
} from './invocation.ts'
import { factsOfRequest } from './measures.ts'
import { parseMessage } from './messages.ts'
import { isLast, whyOver } from './receptions.ts'

/**
 * Answers any event that holds requests: messages of the function's queue are worked on; anything else is one request by
 * itself, from a timer or a direct call, and is put into the queue where there is one.
 */
export async function handleEvent<T extends Recorded>(
  event: unknown,
  requests: Requests<T>,
  invocation: Invocation,
): Promise<SQSBatchResponse | EventAnswer<PhaseOf<T>>> {
  if (isQueueEvent(event)) return handleMessages(event, requests, invocation)
  const answer = await take(requests.read(event, invocation.now()), requests, invocation)
  if (isTimer(event)) invocation.measure({ service: requests.service, values: { Timers: 1 }, about: {} })
  return answer
}

/** What a timer sends by itself: see lib/jobs/messages.ts. */
function isTimer(event: unknown): boolean {
  return (event as { kind?: unknown } | null)?.kind === 'Schedule'
}

/** Whether an event is a list of records from one of AWS' services. */
export function isFrom(service: 'sqs' | 's3', event: unknown): boolean {
  const records = (event as { Records?: unknown } | null)?.Records
  return Array.isArray(records) && records.every(record => record?.eventSource === `aws:${service}`)
}

function isQueueEvent(event: unknown): event is SQSEvent {
  return isFrom('sqs', event)
}

/** The messages that are named in the answer come again; all others are done with. */
async function handleMessages<T extends Recorded>(
  event: SQSEvent,
  requests: Requests<T>,
  invocation: Invocation,
): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    event.Records.map(async record => ((await settleMessage(record, requests, invocation)) ? [] : [record.messageId])),
  )
  return { batchItemFailures: failed.flat().map(itemIdentifier => ({ itemIdentifier })) }
}

/** Answers whether the message is done with. One that the queue itself makes trouble with comes again, and no other does for it. */
async function settleMessage<T extends Recorded>(
  record: SQSRecord,
  requests: Requests<T>,
  invocation: Invocation,
): Promise<boolean> {
  try {
    return await handleMessage(record, requests, invocation)
  } catch (error) {
    const fields = { messageId: record.messageId, error: messageOf(error) }
    invocation.log('error', 'The queue failed, and the message comes again', fields)
    return false
  }
}

async function handleMessage<T extends Recorded>(
  record: SQSRecord,
  requests: Requests<T>,
  invocation: Invocation,
): Promise<boolean> {
  const { log, queues, now } = invocation
  const fields: Record<string, unknown> = { messageId: record.messageId }
  const over = whyOver(record)
  if (over !== undefined) {
    log('error', GIVEN_UP, { ...fields, error: over })
    return bury(record.body, over, { invocation, service: requests.service, about: fields })
  }
  let request: T | undefined
  try {
    request = requests.read(parseMessage(record.body), now())
    Object.assign(fields, factsOfRequest(request))
    const { givenUp } = await work(request, requests, invocation, { wait: false, last: isLast(record) })
    // The record tells that it failed; what made one invocation after the other die can be told from the message.
    if (givenUp !== undefined)
      await bury(record.body, givenUp, { invocation, service: requests.service, about: fields })
    return true
  } catch (error) {
    Object.assign(fields, { error: messageOf(error) })
    const seconds = secondsToWait(error, now())
    if (seconds !== undefined && request !== undefined) {
      log('info', 'The run has to wait, and its message comes again', { ...fields, seconds })
      return (await queues?.send(request, seconds).then(() => true)) ?? false
    }
    // It goes aside at once, with the reason; without a place for it, it comes back until it is given up.
    const refused = isRefusal(error)
    log('error', refused ? 'The message was refused' : failed(record), fields)
    if (!(refused || isLast(record))) return false
    return bury(record.body, messageOf(error), { invocation, service: requests.service, about: fields })
  }
}

const GIVEN_UP = 'The message failed, and is given up'

const failed = (record: SQSRecord) => (isLast(record) ? GIVEN_UP : 'The message failed and comes again')

/** Between looks for a slot, in seconds: some minutes' work is under way, and a look is an invocation. */
const SLOT_SECONDS = 60

/**
 * What waits for others has not failed. A queue counts how often it shows a message, and gives one up that waits for hours; so
 * a new one takes its place.
 */
function secondsToWait(error: unknown, now: Date): number | undefined {
  if (error instanceof SlotsTakenError) return SLOT_SECONDS
  if (!(error instanceof LeaseHeldError)) return undefined
  return Math.max((error.expires.getTime() - now.getTime()) / 1000 + 1, SLOT_SECONDS)
}
