import { setTimeout as sleep } from 'node:timers/promises'
import {
  DeleteMessageCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Outcome } from './types.ts'

/** How a queue's messages come to a function, as its event source mapping says. */
export interface Mapping {
  queueUrl: string
  queueArn: string
  region: string
  batchSize: number
  /** ReportBatchItemFailures: what the function answers names the messages that are to come again. */
  partial: boolean
  /** Calls at the same time. */
  concurrency: number
}

/** A mapping at work. */
export interface Polling {
  /** Done when nothing is under way any more. */
  stop(): Promise<void>
}

/**
 * Does what Lambda does for a queue: receives messages, calls the function with them, and deletes what it was done with. All else stays
 * in the queue, which shows it again, or gives it up, by its own rules.
 */
export function poll(sqs: SQSClient, mapping: Mapping, call: (event: SQSEvent) => Promise<Outcome>): Polling {
  const { queueUrl: QueueUrl, queueArn, region, batchSize, partial } = mapping
  const stopped = new AbortController()

  async function turn(): Promise<void> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(batchSize, 10),
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    )
    if (Messages.length === 0) return void (await sleep(100))
    const outcome = await call({ Records: Messages.map(message => recordOf(message, queueArn, region)) })
    const again = failedOf(outcome, Messages, partial)
    for (const { MessageId = '', ReceiptHandle } of Messages)
      if (!again.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }

  async function work(): Promise<void> {
    while (!stopped.signal.aborted) await turn()
  }

  const working = Promise.all(Array.from({ length: mapping.concurrency }, work))
  working.catch(() => {}) // told to whoever stops it
  return {
    async stop() {
      stopped.abort()
      await working
    },
  }
}

/** The messages that come again: all where the function did not answer, or names one that it was not given. */
function failedOf(outcome: Outcome, messages: readonly Message[], partial: boolean): Set<string> {
  const all = new Set(messages.map(({ MessageId = '' }) => MessageId))
  if (outcome.how !== 'answered') return all
  if (!partial || outcome.answer === null) return new Set()
  const { batchItemFailures = [] } = outcome.answer as { batchItemFailures?: { itemIdentifier?: string }[] | null }
  const named = (batchItemFailures ?? []).map(({ itemIdentifier = '' }) => itemIdentifier)
  return named.every(id => all.has(id)) ? new Set(named) : all
}

function recordOf(message: Message, eventSourceARN: string, awsRegion: string): SQSRecord {
  const {
    MessageId = '',
    ReceiptHandle = '',
    Body = '',
    Attributes = {},
    MD5OfBody = '',
    MessageAttributes = {},
  } = message
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, value]) => [name, attributeOf(value)]),
    ),
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  }
}

function attributeOf({ StringValue, DataType }: MessageAttributeValue): SQSRecord['messageAttributes'][string] {
  const dataType = DataType ?? 'String'
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType,
  }
}
