import type { Context } from 'aws-lambda'
import type { Config } from '../lib/config/config.ts'
import { settingsFor } from '../lib/config/settings-for.ts'
import { deadline } from '../lib/jobs/deadline.ts'
import type { Invocation } from '../lib/jobs/invocation.ts'
import type { Service } from '../lib/jobs/measures.ts'
import { openQueues } from '../lib/jobs/queue.ts'
import { messageOf } from '../lib/velero/errors.ts'
import { configuration } from './config.ts'
import { telemetry } from './telemetry.ts'

/** Gives a handler what it works with, and takes care of the deadline. `queue` is the URL of its own. */
export async function invoked<T>(
  service: Service,
  queue: string | undefined,
  context: Context,
  handle: (invocation: Invocation, config: Config) => Promise<T>,
): Promise<T> {
  const near = deadline(context.getRemainingTimeInMillis())
  const told = telemetry(service, context)
  try {
    const config = await configuration()
    const invocation: Invocation = {
      settings: (cluster, storageLocation) => settingsFor(config, cluster, storageLocation),
      queues: openQueues(queue, process.env.LATEEN_DEAD_LETTER_QUEUE_URL),
      signal: near.signal,
      now: () => new Date(),
      ...told,
    }
    return await handle(invocation, config)
  } catch (error) {
    told.log('error', 'The invocation failed', { error: messageOf(error) })
    throw bare(error)
  } finally {
    near.clear()
  }
}

/** Lambda prints an error that is thrown with all of its fields and causes, which may quote what nobody is to see. */
function bare(error: unknown): Error {
  const { name, stack } = error instanceof Error ? error : new Error()
  return Object.defineProperties(new Error(messageOf(error)), {
    name: { value: name },
    stack: { value: stack },
  })
}
