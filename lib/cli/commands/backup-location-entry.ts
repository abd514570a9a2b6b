import { resolve } from 'node:path'
import { parseBucketUrl } from '../../config/bucket-url.ts'
import { checkEndpoint } from '../../config/endpoint.ts'
import type { FileLocation } from '../../config/file/schema.ts'
import { type Credential, checkedCredential } from '../../config/given-credential.ts'
import { readCertificates } from '../../config/given-location.ts'
import { durationMs } from '../../velero/duration.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import type { Cli } from '../cli.ts'
import type { GlobalFlags } from '../flags/globals.ts'
import type { LocationCreateFlags } from './backup-location-flags.ts'
import { withoutUndefined } from './manifest-parts.ts'

type Files = Pick<Cli, 'cwd' | 'home' | 'readFile'>

/**
 * The location that the flags describe, as lateen.yaml has it. Flags that every command takes count for it too: whoever says
 * `--region` here means the bucket's. Throws InvalidInputError.
 */
export async function locationEntry(
  name: string,
  flags: LocationCreateFlags,
  globals: GlobalFlags,
  cli: Files,
): Promise<FileLocation> {
  const { provider, bucket, prefix } = placeOf(flags, cli.cwd)
  for (const [flag, period] of periods(flags))
    if (period !== undefined && durationMs(period) < 0) throw new InvalidInputError(`${flag} must be non-negative`)
  const config = {
    ...flags.ownConfig,
    ...(globals.s3Url && { s3Url: checkEndpoint(globals.s3Url, '--s3-url') }),
    ...(globals.region && { region: globals.region }),
  }
  const credential = await credentialOf(flags, globals, cli)
  const caCert = await certificatesOf(flags, cli)
  return withoutUndefined<FileLocation>({
    name,
    default: flags.default || undefined,
    provider: provider as FileLocation['provider'],
    objectStorage: { bucket, ...(prefix && { prefix }), ...(caCert && { caCert }) },
    config: Object.keys(config).length > 0 ? config : undefined,
    credential,
    labels: flags.labels,
    resultsLocation: undefined,
    accessMode: globals.readOnly ? 'ReadOnly' : flags.accessMode,
    backupSyncPeriod: flags.backupSyncPeriod,
    validationFrequency: flags.validationFrequency,
    retention: undefined,
  })
}

function periods(flags: LocationCreateFlags): [flag: string, period: string | undefined][] {
  return [
    ['--backup-sync-period', flags.backupSyncPeriod],
    ['--validation-frequency', flags.validationFrequency],
  ]
}

/** Velero's three flags, of which an address of ours tells all at once. */
function placeOf(flags: LocationCreateFlags, cwd: string): { provider: string; bucket: string; prefix?: string } {
  const { provider, ownBucket: text, prefix } = flags
  const address = text?.includes('://') ? parseBucketUrl(text, '--bucket', cwd) : undefined
  if (!provider && address === undefined) throw new InvalidInputError('--provider is required')
  if (!text) throw new InvalidInputError('--bucket is required')
  if (address === undefined) {
    const isFolder = provider === 'file' || provider === 'lateen.io/file'
    // Relative to where the command is given, not to where the file is.
    return { provider: provider ?? '', bucket: isFolder ? resolve(cwd, text) : text, ...(prefix && { prefix }) }
  }
  if (provider && provider.replace(/^.*\//, '') !== address.provider) {
    throw new InvalidInputError(`--provider is ${provider}, but --bucket is the address of ${address.provider}`)
  }
  if (prefix && address.prefix) throw new InvalidInputError('--prefix and --bucket both give a prefix')
  return { ...address, ...(prefix && { prefix }) }
}

export async function certificatesOf({ ownCacert }: { ownCacert?: string }, cli: Files): Promise<string | undefined> {
  return ownCacert ? readCertificates(cli.readFile, resolve(cli.cwd, ownCacert), '--cacert') : undefined
}

/** By Velero's flag, or by those that every command takes. */
export async function credentialOf(
  { credential }: { credential?: Record<string, string> },
  { credentialsFile: file, profile }: GlobalFlags,
  cli: Files,
): Promise<Credential | undefined> {
  const pairs = Object.entries(credential ?? {})
  if (pairs.length > 1) throw new InvalidInputError('--credential can only contain 1 key/value pair')
  const [pair] = pairs
  if (pair && (file ?? profile) !== undefined) {
    const other = file === undefined ? '--profile' : '--credentials-file'
    throw new InvalidInputError(`--credential and ${other} both say which credentials to use`)
  }
  const given = pair ? { file: pair[0], profile: pair[1] } : { ...(file && { file }), ...(profile && { profile }) }
  const checked = await checkedCredential(given, pair ? '--credential' : '--credentials-file', cli)
  return Object.keys(checked).length > 0 ? checked : undefined
}
