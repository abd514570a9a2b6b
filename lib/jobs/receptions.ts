import type { SQSRecord } from 'aws-lambda'

/**
 * How often a message is worked on that fails. A queue gives one up itself, but knows no reason; so it shows a message once more than
 * this (maxReceiveCount in serverless.yml), for the last invocation may be killed and then tells nobody.
 */
const RECEPTIONS = 8

/** Whether the message is worked on for the last time. */
export function isLast(record: SQSRecord): boolean {
  return received(record) >= RECEPTIONS
}

/** Why a message is given up that was worked on for the last time already, if it is one. */
export function whyOver(record: SQSRecord): string | undefined {
  if (received(record) <= RECEPTIONS) return undefined
  return `it came ${received(record) - 1} times and was never done with: the last invocation ended without an answer, as one does that is killed at the end of its time or for lack of memory`
}

function received({ attributes }: SQSRecord): number {
  return Number(attributes?.ApproximateReceiveCount ?? 1)
}
