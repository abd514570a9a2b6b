import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { LeaseHeldError } from '../bucket/lease.ts'
import type { Recorded } from '../bucket/record-kinds.ts'
import { messageOf } from '../velero/errors.ts'
import { type EventAnswer, type Invocation, isRefusal, type Requests, take, work } from './invocation.ts'
import { parseMessage } from './messages.ts'

/**
 * Answers any event that holds requests: messages of the function's queue are worked on; anything else is one request by
 * itself, from a timer or a direct call, and is put into the queue where there is one.
 */
export async function handleEvent<T extends Recorded, Phase extends string>(
  event: unknown,
  requests: Requests<T, Phase>,
  invocation: Invocation,
): Promise<SQSBatchResponse | EventAnswer<Phase>> {
  if (isQueueEvent(event)) return handleMessages(event, requests, invocation)
  return take(requests.read(event, invocation.now()), requests, invocation)
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
  requests: Requests<T, string>,
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
  requests: Requests<T, string>,
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
  requests: Requests<T, string>,
  invocation: Invocation,
): Promise<boolean> {
  const { log, queues, now } = invocation
  try {
    await work(requests.read(parseMessage(record.body), now()), requests, invocation, false)
    return true
  } catch (error) {
    const fields = { messageId: record.messageId, error: messageOf(error) }
    if (error instanceof LeaseHeldError) {
      log('info', 'The run is being worked on; its message comes back when the lease ends', fields)
      await queues?.delay(record.receiptHandle, secondsToWait(error.expires, record, now()))
      return false
    }
    // It goes aside at once, with the reason; without a place for it, it comes back until it is given up.
    if (isRefusal(error)) {
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
