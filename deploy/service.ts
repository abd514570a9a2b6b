import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../lib/config/config.ts'
import { ConfigError } from '../lib/config/errors.ts'
import { loadConfig } from '../lib/config/load.ts'
import { LateenError } from '../lib/velero/errors.ts'
import { alarms } from './alarms.ts'
import { bucketResources } from './bucket.ts'
import { deployedEnvironment, environmentOf } from './environment.ts'
import { packagedFiles, unpacked } from './files.ts'
import { nightlyTimers } from './nightly.ts'
import { deadLetters, queue } from './queues.ts'
import { restoreEvents } from './restore-events.ts'
import { FUNCTIONS, type FunctionName } from './rights/functions.ts'
import { roles } from './roles.ts'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** What the command line of `serverless` says. */
interface Options {
  stage?: string
}

/**
 * What serverless.yml asks for: all that follows from lateen.yaml beside it and from the environment. Warns on stderr of what can't
 * work. Throws an error whose stack is only what a person is to read, for osls prints the stack.
 */
export async function describe(options: Options, env: NodeJS.ProcessEnv = process.env) {
  try {
    const files = { cwd: ROOT, home: homedir(), readFile: (path: string) => readFile(path, 'utf8') }
    const { LATEEN_CONFIG: elsewhere, ...rest } = env
    if (elsewhere)
      throw new ConfigError('LATEEN_CONFIG is set, but the functions read the lateen.yaml beside serverless.yml', {
        next: 'Unset it, and put the file there.',
      })
    const config = await loadConfig({ flags: {}, env: rest, ...files })
    for (const warning of warningsOf(config)) console.error(`Warning: ${warning}`)
    return descriptionOf(config, env, options, ROOT)
  } catch (error) {
    if (error instanceof LateenError) error.stack = [error.message, error.next].filter(Boolean).join('\n')
    throw error
  }
}

function warningsOf(config: Config): string[] {
  const none = 'no cluster is configured: list clusters in lateen.yaml, or set LATEEN_EKS_CLUSTER.'
  const lost = unpacked(config, ROOT).map(
    path => `${path} is not below the project's folder, so the functions won't have it.`,
  )
  return [...(config.clusters.length === 0 ? [none] : []), ...lost]
}

/** Pure. `root` is the folder of serverless.yml. */
export function descriptionOf(config: Config, env: NodeJS.ProcessEnv, options: Options, root: string) {
  const { deployment = {} } = withRequests(config, env)
  const { memory = {}, alarmTopicArn } = deployment
  const stage = options.stage ?? deployment.stage ?? 'production'
  const whole = { ...config, deployment }
  const environment = environmentOf(env)
  const bucket = bucketResources(whole)
  return {
    stage,
    region: env.LATEEN_REGION || deployment.region || 'eu-central-1',
    environment,
    extensions: Object.fromEntries(
      FUNCTIONS.map(name => [`${name.resource}LambdaFunction`, extension(name, whole, environment, stage)]),
    ),
    memory: { backup: memory.backup ?? 1769, restore: memory.restore ?? 1769, gc: memory.gc ?? 512 },
    logRetentionDays: deployment.logRetentionDays ?? 30,
    concurrentBackups: Number(env.LATEEN_CONCURRENT_BACKUPS) || deployment.concurrentBackups || 100,
    queue: queue(deployment),
    deadLetters: deadLetters(deployment),
    restoreEvents: restoreEvents(whole),
    files: packagedFiles(config, root),
    resources: {
      ...roles(whole, stage),
      ...bucket,
      ...nightlyTimers(whole, env.LATEEN_TIME_ZONE || 'UTC'),
      ...alarms(stage, alarmTopicArn ?? { Ref: 'AlarmTopic' }),
      ...(alarmTopicArn === undefined && { AlarmTopic: { Type: 'AWS::SNS::Topic' } }),
    },
    outputs: {
      ...('Bucket' in bucket && {
        BucketName: { Description: 'Where backups lie', Value: { Ref: 'Bucket' } },
      }),
      ...(alarmTopicArn === undefined && {
        AlarmTopicArn: { Description: 'Subscribe to it to hear of alarms', Value: { Ref: 'AlarmTopic' } },
      }),
    },
  }
}

function withRequests(config: Config, { LATEEN_REQUESTS: requests }: NodeJS.ProcessEnv): Config {
  return requests === 'true' ? { ...config, deployment: { ...config.deployment, droppedRestores: true } } : config
}

/**
 * What only the deployed functions have. Their queues are not in serverless.yml's environment, for `serverless invoke local` would have to
 * ask CloudFormation about them; without a queue a request is worked on where it arrives.
 */
function extension(name: FunctionName, config: Config, environment: Record<string, string>, stage: string): object {
  const { vpc } = config.deployment ?? {}
  return {
    Properties: {
      Environment: { Variables: { ...environment, ...deployedEnvironment(name, config, stage) } },
      ...(vpc && { VpcConfig: { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds } }),
    },
  }
}
