import { readIntent } from '../bucket/deletions.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { BeingDeletedError } from '../bucket/runs.ts'
import { ConfigError } from '../config/errors.ts'
import { isReadOnly } from '../config/location.ts'
import type { DeploymentSettings, Settings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { AROUND, type Around } from './around.ts'
import { LocationNotWritableError } from './errors.ts'
import { findRun, withStore } from './found-runs.ts'
import { openQueues } from './queue.ts'

/** The deployed functions can't be reached, or turn us away. */
export class DeploymentError extends LateenError {}

/** Where a deployment takes requests, and what of it can be replaced in tests. */
export interface Deployment {
  send(queue: string, message: Recorded, region: string | undefined): Promise<void>
  /** The outputs of a CloudFormation stack by their names. */
  outputs(stack: string, region: string | undefined): Promise<Record<string, string>>
}

const AWS: Deployment = { send, outputs }

/**
 * Has the deployed functions carry out a Backup or Restore: checks that its name is free and sends it to their queue. The
 * request's uid makes it one, however often it is sent. Throws ConfigError where no deployment is configured, the kind's
 * NameTakenError, BeingDeletedError, LocationNotWritableError, DeploymentError, and the errors of the store.
 */
export async function sendRequest(
  settings: Settings,
  request: Recorded,
  { openStore }: Pick<Around, 'openStore'> = AROUND,
  deployment: Deployment = AWS,
): Promise<void> {
  const { deployment: where, location, results } = settings
  if (where === undefined)
    throw new ConfigError('no deployment is configured, so there is nobody to send the request to', {
      next: 'Set deployment in lateen.yaml to the stack of the functions, or leave --remote out.',
    })
  const recorded = request.kind === 'Restore' ? (results ?? location) : location
  if (isReadOnly(recorded))
    throw new LocationNotWritableError(
      `the location ${JSON.stringify(recorded.name)} is read-only, so no ${request.kind.toLowerCase()} can be recorded in it`,
    )
  const kind: RecordKind<Recorded> = request.kind === 'Backup' ? BACKUPS : RESTORES
  const [queue] = await Promise.all([
    queueOf(where, request.kind, deployment),
    withStore(recorded, store => refuseTaken(store, kind, request.metadata.name), openStore),
  ])
  await failing(`the request can't be sent to ${queue}`, () => deployment.send(queue, request, regionOf(where, queue)))
}

async function refuseTaken(store: ObjectStore, kind: RecordKind<Recorded>, name: string): Promise<void> {
  const [record, run, intent] = await Promise.all([
    store.head(kind.recordKey(name)),
    findRun(store, kind, name),
    readIntent(store, kind, name),
  ])
  if (intent !== undefined) throw new BeingDeletedError(kind, intent.value)
  // What was refused leaves its name to the next.
  if (record !== undefined || (run !== undefined && run.refused === undefined)) throw kind.exists(name)
}

async function queueOf(where: DeploymentSettings, kind: Recorded['kind'], deployment: Deployment): Promise<string> {
  const { region } = where
  const stack = stackOf(where)
  const given = kind === 'Backup' ? where.backupQueue : where.restoreQueue
  if (given !== undefined) return given
  if (stack === undefined)
    throw new ConfigError(`the deployment has no ${kind.toLowerCase()}Queue`, {
      next: `Set deployment.${kind.toLowerCase()}Queue, or deployment.stack, in lateen.yaml.`,
    })
  const output = `${kind}QueueUrl`
  const found = await failing(`the outputs of the stack ${stack} can't be read`, () =>
    deployment.outputs(stack, region),
  )
  const queue = found[output]
  if (queue === undefined)
    throw new DeploymentError(`the stack ${stack} has no output ${output}`, { next: 'Is it a stack of Lateen?' })
  return queue
}

/** As serverless.yml calls it. Whoever names one queue, and not the other, has no stack in mind. */
function stackOf({ stack, stage = 'production', backupQueue, restoreQueue }: DeploymentSettings): string | undefined {
  if (stack !== undefined) return stack
  return backupQueue === undefined && restoreQueue === undefined ? `lateen-${stage}` : undefined
}

/** Of a queue's own address, where it tells. */
function regionOf({ region }: DeploymentSettings, queue: string): string | undefined {
  return region ?? /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(queue)?.[1]
}

async function failing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new DeploymentError(`${what}: ${messageOf(cause)}`, {
      cause,
      next: 'Look at deployment in lateen.yaml, and at your rights to it.',
    })
  }
}

async function send(queue: string, message: Recorded, region: string | undefined): Promise<void> {
  await openQueues(queue, undefined, region)?.send(message)
}

async function outputs(stack: string, region: string | undefined): Promise<Record<string, string>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation')
  const client = new CloudFormationClient(region === undefined ? {} : { region })
  try {
    const { Stacks: [found] = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }))
    return Object.fromEntries(
      (found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    )
  } finally {
    client.destroy()
  }
}
