import type { ConfigFile } from './file/read.ts'
import { type Environment, given, type SettingsFlags } from './sources.ts'

/** Where clusters and locations are from, and each setting that a flag or variable gives: a path, a flag, a variable. */
export interface Origins {
  clusters: string
  locations: string
  schedules: string
  [setting: string]: string
}

/** Settings that are over all clusters or locations, wherever those are from. */
const OVER_ALL = ['s3Url', 'region', 'profile', 'credentialsFile', 'cacert'] as const

/** In the order in which they count; see givenCluster. */
const CLUSTER_VARIABLES = ['LATEEN_EKS_CLUSTER', 'LATEEN_KUBECONFIG_TEXT', 'LATEEN_KUBECONTEXT']

export function originsOf({ path, content }: ConfigFile, flags: SettingsFlags, env: Environment): Origins {
  const file = content ? path : 'nowhere'
  const overAll = OVER_ALL.flatMap(setting => {
    const source = given(setting, flags, env)?.source
    return source === undefined ? [] : [[setting, source]]
  })
  return {
    clusters: clusterSource(flags, env) ?? (content?.clusters.length ? path : 'the rules of kubectl'),
    locations: given('bucket', flags, env)?.source ?? file,
    schedules: file,
    ...Object.fromEntries(overAll),
    ...(env.LATEEN_MAX_CONCURRENCY && { maxConcurrency: 'LATEEN_MAX_CONCURRENCY' }),
    ...readOnlySource(flags, env),
  }
}

/** The flag or variable that takes the place of all clusters of the file. */
function clusterSource(flags: SettingsFlags, env: Environment): string | undefined {
  if (flags.cluster !== undefined) return undefined
  if (flags.kubeconfig !== undefined) return '--kubeconfig'
  if (flags.kubecontext !== undefined) return '--kubecontext'
  return CLUSTER_VARIABLES.find(variable => env[variable])
}

function readOnlySource({ readOnly }: SettingsFlags, env: Environment): { readOnly?: string } {
  if (readOnly !== undefined) return { readOnly: '--read-only' }
  return env.LATEEN_READ_ONLY ? { readOnly: 'LATEEN_READ_ONLY' } : {}
}
