import type { Config } from '../lib/config/config.ts'
import { metricsNamespace } from './alarms.ts'
import type { FunctionName } from './rights/functions.ts'

/** Settings of the environment that hold for the deployed functions too. No secret is among them: a template shows them to many. */
const PASSED = [
  'LATEEN_BUCKET',
  'LATEEN_S3_URL',
  'LATEEN_EKS_CLUSTER',
  'LATEEN_EKS_REGION',
  'LATEEN_EKS_ROLE_ARN',
  'LATEEN_EKS_EXTERNAL_ID',
  'LATEEN_KUBECONTEXT',
  'LATEEN_MAX_CONCURRENCY',
  'LATEEN_READ_ONLY',
] as const

/** Each function's, as it is also where `serverless invoke local` runs it. */
export function environmentOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(PASSED.flatMap(name => (env[name] ? [[name, env[name]]] : [])))
}

/** What only the deployed functions have: their queues, the bucket that was made for them, and whose metrics these are. */
export function deployedEnvironment(
  { sendsTo }: FunctionName,
  { locations }: Config,
  stage: string,
): Record<string, unknown> {
  return {
    ...Object.fromEntries(
      sendsTo.map(queue => [`LATEEN_${queue.replace(/Queue$/, '').toUpperCase()}_QUEUE_URL`, { Ref: queue }]),
    ),
    LATEEN_DEAD_LETTER_QUEUE_URL: { Ref: 'DeadLetters' },
    // glibc's malloc gives each thread a heap of its own, in which holes stay: a tenth less memory, docs/performance.md.
    MALLOC_ARENA_MAX: '2',
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(stage),
    ...(locations.length === 0 && { LATEEN_BUCKET: { 'Fn::Sub': 's3://${Bucket}' } }),
  }
}
