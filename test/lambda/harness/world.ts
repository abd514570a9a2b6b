import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openStore } from '../../../lib/store/open.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { endpoint } from '../../e2e/helpers/environment.ts'
import { configurationFile, kubeconfig, type Side } from './configuration.ts'
import type { Deployment } from './deployment.ts'
import type { Credentials } from './environment.ts'
import { Front } from './front.ts'
import { leasesEnd } from './objects.ts'
import { FunctionPool } from './pool.ts'
import { QueueFront } from './queue-front.ts'
import { DeployedQueues, type FunctionName } from './queues.ts'
import { newSession } from './session.ts'
import { unpack } from './task.ts'

/** The deployed functions on a local Lambda, with all that they work with. */
export interface LambdaWorld {
  deployment: Deployment
  functions: Record<FunctionName, FunctionPool>
  queues: DeployedQueues
  /** Before the API server, as each cluster's kubeconfig has it. */
  clusters: Record<Side, Front>
  s3: Front
  sqs: QueueFront
  stores: Record<Side, ObjectStore>
  /** Of the functions' role, and of the second location. */
  credentials: Record<Side, Credentials>
  /** The user of each cluster. */
  tokens: Record<Side, string>
  /** All that the functions have printed. */
  printed(): string
  stop(): Promise<void>
}

/** Of the control plane of ../shared/cluster: two users that may do anything. */
const TOKENS = { first: 'admintoken', second: 'operatortoken' }
const NAMES: readonly FunctionName[] = ['backup', 'restore', 'gc']

/** `sides`: the clusters that the functions are configured for; one, or both. */
export async function lambdaWorld(sides: readonly Side[]): Promise<LambdaWorld> {
  const deployed = inject('deployed')
  if (deployed === undefined) throw new Error('nothing was deployed')
  const { deployment, runtime, buckets } = deployed
  const { KUBE_SERVER = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = process.env
  const own = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
  const session = () => newSession(endpoint, own, AWS_REGION)
  const [first, second, s3, sqs, ...sessions] = await Promise.all([
    ...([Front.before(KUBE_SERVER), Front.before(KUBE_SERVER), Front.before(endpoint)] as const),
    ...([QueueFront.before(deployment.endpoint), session(), session()] as const),
  ])
  const credentials = { first: sessions[0], second: sessions[1] }
  const files = {
    'lateen.yaml': configurationFile(sides, buckets, s3.url),
    'first.kubeconfig': kubeconfig(first.url, TOKENS.first),
    'second.kubeconfig': kubeconfig(second.url, TOKENS.second),
    'second.credentials': credentialsFile(credentials.second),
  }
  const root = await mkdtemp(join(tmpdir(), 'lateen-sandbox-'))
  const network = { AWS_ENDPOINT_URL_SQS: sqs.url }
  const pool = async (name: FunctionName): Promise<[FunctionName, FunctionPool]> => {
    const fn = deployment.functions[name]
    if (fn === undefined) throw new Error(`no function ${name} is deployed`)
    const machine = { task: await unpack(fn.zip, files), runtime, root, credentials: credentials.first, network }
    return [name, new FunctionPool(fn, machine)]
  }
  const functions = Object.fromEntries(await Promise.all(NAMES.map(pool))) as LambdaWorld['functions']
  const queues = new DeployedQueues(deployment)
  await queues.deadLetters()
  const config = { region: AWS_REGION, s3Url: endpoint, s3ForcePathStyle: 'true' }
  const store = (side: Side) =>
    openStore({ spec: { provider: 'aws', objectStorage: { bucket: buckets[side] }, config } })
  const stores = { first: await store('first'), second: await store('second') }
  await Promise.all([leasesEnd(stores.first), leasesEnd(stores.second)])
  return {
    ...{ deployment, functions, queues, s3, sqs, stores, credentials },
    clusters: { first, second },
    tokens: TOKENS,
    printed: () => NAMES.flatMap(name => functions[name].lines).join('\n'),
    async stop() {
      await queues.stop()
      await Promise.all(NAMES.map(name => functions[name].cool()))
      for (const front of [first, second, s3, sqs]) front.stop()
      await Promise.all([stores.first.close(), stores.second.close()])
      const tasks = NAMES.map(name => functions[name].machine.task)
      await Promise.all([root, ...tasks].map(folder => rm(folder, { recursive: true, force: true })))
    },
  }
}

function credentialsFile({ accessKeyId, secretAccessKey, sessionToken }: Credentials): string {
  return [
    '[default]',
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    `aws_session_token = ${sessionToken}`,
    '',
  ].join('\n')
}
