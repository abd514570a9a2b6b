import type { ConfiguredCluster } from './config.ts'
import { ConfigError } from './errors.ts'
import { resolvePath } from './files.ts'
import { type Environment, given, type SettingsFlags } from './sources.ts'

/**
 * The cluster that flags and environment describe; `undefined` where they name none, so that lateen.yaml counts, or
 * after it the rules of kubectl. It replaces what lateen.yaml configures as a whole: a context from here and a role from
 * there would be a cluster that nobody meant.
 */
export function givenCluster(
  flags: SettingsFlags,
  env: Environment,
  folders: { cwd: string; home: string },
): ConfiguredCluster | undefined {
  const kubeconfig = given('kubeconfig', flags, env)
  const context = given('kubecontext', flags, env)
  const chosen = given('cluster', flags, env)
  const byFlag = [kubeconfig, context].find(setting => setting?.from === 'flag')
  if (chosen && byFlag) {
    throw new ConfigError(`--cluster and ${byFlag.source} both name a cluster`, { next: 'Leave one of them out.' })
  }
  if (chosen) return undefined
  const eks = eksFromEnvironment(env)
  if (eks && !byFlag) return { eks }
  const text = env.LATEEN_KUBECONFIG_TEXT
  if (!kubeconfig && !context && !text) return undefined
  return {
    ...(kubeconfig && { kubeconfig: resolvePath(kubeconfig.value, folders.cwd, folders.home) }),
    ...(!kubeconfig && text && { kubeconfigText: text }),
    ...(context && { context: context.value }),
  }
}

function eksFromEnvironment(env: Environment): ConfiguredCluster['eks'] {
  const { LATEEN_EKS_CLUSTER: cluster, LATEEN_EKS_REGION: region, LATEEN_EKS_ROLE_ARN: roleArn } = env
  const externalId = env.LATEEN_EKS_EXTERNAL_ID
  if (!cluster) {
    const alone = region ? 'LATEEN_EKS_REGION' : roleArn ? 'LATEEN_EKS_ROLE_ARN' : undefined
    if (alone)
      throw new ConfigError(`${alone} is set, but LATEEN_EKS_CLUSTER is not`, {
        next: 'Set the name of the EKS cluster too.',
      })
    return undefined
  }
  return { cluster, ...(region && { region }), ...(roleArn && { roleArn }), ...(externalId && { externalId }) }
}

/** LATEEN_MAX_CONCURRENCY: a whole number from 1. */
export function givenMaxConcurrency(env: Environment): number | undefined {
  const text = env.LATEEN_MAX_CONCURRENCY
  if (!text) return undefined
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new ConfigError(`LATEEN_MAX_CONCURRENCY: ${JSON.stringify(text)} is not a whole number from 1 to 9999`)
  }
  return Number(text)
}
