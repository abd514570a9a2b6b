import { ConfigError } from './errors.ts'

/** What a person gave on the command line; each is named by its flag in messages. */
export interface SettingsFlags {
  config?: string
  cluster?: string
  kubeconfig?: string
  kubecontext?: string
  bucket?: string
  s3Url?: string
  region?: string
  profile?: string
  credentialsFile?: string
  cacert?: string
  storageLocation?: string
  readOnly?: boolean
}

export type Environment = Record<string, string | undefined>

/** A value and the flag or variable that gave it, for messages. */
export interface Sourced {
  value: string
  source: string
  from: 'flag' | 'environment'
}

/** The flag and the variable by which each setting is given; a variable of the AWS SDK or of kubectl is read by those, not here. */
const names = {
  config: { flag: '--config', variable: 'LATEEN_CONFIG' },
  cluster: { flag: '--cluster', variable: undefined },
  kubeconfig: { flag: '--kubeconfig', variable: undefined },
  kubecontext: { flag: '--kubecontext', variable: 'LATEEN_KUBECONTEXT' },
  bucket: { flag: '--bucket', variable: 'LATEEN_BUCKET' },
  s3Url: { flag: '--s3-url', variable: 'LATEEN_S3_URL' },
  region: { flag: '--region', variable: undefined },
  profile: { flag: '--profile', variable: undefined },
  credentialsFile: { flag: '--credentials-file', variable: undefined },
  cacert: { flag: '--cacert', variable: 'LATEEN_CACERT' },
} as const

/** The flag's value, else the variable's; an empty variable counts as unset, an empty flag is refused. */
export function given(setting: keyof typeof names, flags: SettingsFlags, env: Environment): Sourced | undefined {
  const { flag, variable } = names[setting]
  const value = flags[setting]
  if (value === '') throw new ConfigError(`${flag} is empty`, { next: 'Give it a value or leave it out.' })
  if (value !== undefined) return { value, source: flag, from: 'flag' }
  const fromEnvironment = variable && env[variable]
  return fromEnvironment ? { value: fromEnvironment, source: variable, from: 'environment' } : undefined
}
