import { fileURLToPath } from 'node:url'
import type { SQSBatchResponse } from 'aws-lambda'
import type { BackupAnswer } from '../../../lib/jobs/backup-events.ts'
import type { GcAnswer } from '../../../lib/jobs/gc-events.ts'
import type { RestoreAnswer } from '../../../lib/jobs/restore-events.ts'
import type { TestBucket } from './bucket.ts'
import { type Running, run } from './lateen.ts'

const script = fileURLToPath(new URL('invoke.ts', import.meta.url))

export function backupMessage(name: string, uid: string, spec: object) {
  return { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: { name, uid }, spec }
}

export function restoreMessage(name: string, uid: string, spec: object) {
  return { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: { name, uid }, spec }
}

/** The event by which a queue brings a message. */
export function queued(message: object) {
  const record = { messageId: 'm-1', receiptHandle: 'r-1', body: JSON.stringify(message), eventSource: 'aws:sqs' }
  return { Records: [record] }
}

/** A function with an event, in a process of its own that has so many ms. */
export function invoke(
  event: object,
  { env }: Pick<TestBucket, 'env'>,
  name: 'backup' | 'restore' | 'gc' = 'backup',
  ms = 900_000,
): Running {
  return run([script, name, JSON.stringify(event), String(ms)], env)
}

/** What a function answered: to a direct call, or to its queue. */
export async function answerOf<T extends BackupAnswer | RestoreAnswer | GcAnswer[] | SQSBatchResponse>({
  ended,
}: Running): Promise<T> {
  const { code, stdout, stderr } = await ended
  if (code !== 0) throw new Error(`the function ended with ${code}: ${stderr}${stdout}`)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T
}
