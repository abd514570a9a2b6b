// node dist/function.js backup|restore|gc [EVENT]: a function outside Lambda, as in a CronJob. EVENT is JSON, as in events/; without it the
// event of the function's timer. Prints the answer as JSON. Exit code 1 where something could not be done, 2 for a call that can't be meant.
import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'
import { messageOf } from '../lib/velero/errors.ts'

type Handler = (event: unknown, context: Context) => Promise<unknown>

const backup: Handler = async (event, context) => (await import('./backup.ts')).handler(event, context)
const restore: Handler = async (event, context) => (await import('./restore.ts')).handler(event, context)

/** There is no queue to send the request of a run that died to: whoever finds it goes on with it. */
const gc: Handler = async (event, context) =>
  (await import('./gc.ts')).handle(event, context, request =>
    (request.kind === 'Backup' ? backup : restore)(request, context),
  )

const FUNCTIONS: Readonly<Record<string, { handler: Handler; timer?: object }>> = {
  backup: { handler: backup, timer: { kind: 'ScheduleList', apiVersion: 'velero.io/v1' } },
  restore: { handler: restore },
  gc: { handler: gc, timer: { kind: 'BackupStorageLocationList', apiVersion: 'velero.io/v1' } },
}

/** Nothing ends a process of one's own after a quarter of an hour, and a run that has not ended after a day is given up. */
const DAY_MS = 24 * 3_600_000

async function main([name = '', text]: string[]): Promise<number> {
  const found = FUNCTIONS[name]
  if (found === undefined) return refuse(`expected backup, restore or gc, got ${JSON.stringify(name)}`)
  const event = text === undefined ? found.timer : parsed(text)
  if (event === undefined) return refuse(text === undefined ? `${name} needs an event` : 'the event is no JSON')
  const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => DAY_MS } as Context
  try {
    const answer = await found.handler(event, context)
    await new Promise(resolve => process.stdout.write(`${JSON.stringify(answer)}\n`, resolve))
    return [answer].flat().every(isWell) ? 0 : 1
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    return 1
  }
}

/** Of the answers of all three functions; what a phase means is the record's to tell. */
function isWell(answer: unknown): boolean {
  const { failed, problems = [], phase } = answer as { failed?: string; problems?: unknown[]; phase?: string }
  return failed === undefined && problems.length === 0 && phase !== 'Failed' && phase !== 'FailedValidation'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(reason: string): number {
  process.stderr.write(`${reason}\nUsage: node dist/function.js backup|restore|gc [EVENT]\n`)
  return 2
}

process.exitCode = await main(process.argv.slice(2))
