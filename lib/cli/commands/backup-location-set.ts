import type { Command } from 'commander'
import type { Config, ConfiguredLocation } from '../../config/config.ts'
import { LocationNotFoundError } from '../../config/errors.ts'
import type { Change } from '../../config/file/edit-locations.ts'
import type { Credential } from '../../config/given-credential.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../flags/errors.ts'
import type { GlobalFlags } from '../flags/globals.ts'
import { said } from '../flags/kinds.ts'
import { globalFlags } from '../settings.ts'
import { certificatesOf, credentialOf } from './backup-location-entry.ts'
import { addLocationSetFlags, type LocationSetFlags } from './backup-location-flags.ts'
import { changeFile, openFile } from './edit-file.ts'

export function backupLocationSet(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addLocationSetFlags(command)
  act<LocationSetFlags>(command, done, { usage: 'NAME [flags]', least: 1, most: 1 }, async ([name = ''], flags) => {
    const globals = globalFlags(command)
    refuseOthers(globals)
    const [credential, caCert] = [await credentialOf(flags, globals, cli), await certificatesOf(flags, cli)]
    const isDefault = said(flags.default)
    if (credential === undefined && caCert === undefined && isDefault === undefined)
      throw new UsageError('nothing to set: give --default, --credential or --cacert')
    const file = await openFile(command, cli)
    const location = file.config.locations.find(known => known.name === name)
    if (location === undefined) throw new LocationNotFoundError(name, file.config.locations)
    if (isDefault) refuseSecondDefault(file.config, location)
    const changes: Change[] = [
      ...credentialChanges(credential),
      ...(caCert ? [{ path: ['objectStorage', 'caCert'], value: caCert }] : []),
      ...(isDefault === undefined ? [] : [{ path: ['default'], value: isDefault || undefined }]),
    ]
    const { changeLocation } = await import('../../config/file/edit-locations.ts')
    await changeFile(command, cli, file, document => changeLocation(document, name, changes))
    const already = isDefault && location.spec.default && changes.length === 1
    const done = already ? 'is already the default backup storage location.' : 'configured successfully.'
    cli.stdout.write(`Backup storage location ${goQuote(name)} ${done}\n`)
    return undefined
  })
}

/** Another profile alone is one of the same file. */
function credentialChanges(credential: Credential | undefined): Change[] {
  if (credential === undefined) return []
  return credential.file === undefined
    ? [{ path: ['credential', 'profile'], value: credential.profile }]
    : [{ path: ['credential'], value: credential }]
}

/** Flags that every command takes, and that would be a change of what Velero does not change either. */
const OTHERS = { bucket: '--bucket', s3Url: '--s3-url', region: '--region', readOnly: '--read-only' } as const

function refuseOthers(globals: GlobalFlags): void {
  for (const [key, flag] of Object.entries(OTHERS) as [keyof typeof OTHERS, string][]) {
    if (globals[key] === undefined) continue
    throw new UsageError(`${flag} is not changed by this command`, { next: 'Change it in lateen.yaml.' })
  }
}

function refuseSecondDefault({ locations }: Config, location: ConfiguredLocation): void {
  if (!locations.some(other => other !== location && other.spec.default)) return
  throw new InvalidInputError('there are already exist default backup storage locations, please unset them first')
}

const examples = `
Examples:
  # Make it the default one; the one that is has to be unset first.
  lateen backup-location set old --default=false
  lateen backup-location set new --default

  # Use other keys.
  lateen backup-location set prod --credential keys.ini=backups`
