import type { Command } from 'commander'
import type { ConfiguredLocation } from '../../config/config.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { outputFormat } from '../flags/output-flags.ts'
import { print } from '../output/print.ts'
import { shownLocation } from '../output/shown.ts'
import { globalFlags, namespaceOf } from '../settings.ts'
import { locationEntry } from './backup-location-entry.ts'
import { addLocationCreateFlags, type LocationCreateFlags } from './backup-location-flags.ts'
import { changeFile, openFile } from './edit-file.ts'
import { locationObject } from './location-object.ts'
import { checkMetadata, refuseAny } from './request-checks.ts'

export function backupLocationCreate(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addLocationCreateFlags(command)
  const args = { usage: 'NAME --provider PROVIDER --bucket BUCKET [flags]', least: 1, most: 1 }
  act<LocationCreateFlags>(command, done, args, async ([name = ''], flags) => {
    const format = outputFormat(flags)
    const entry = await locationEntry(name, flags, globalFlags(command), cli)
    const { locationSettings } = await import('../../config/file/settings.ts')
    const location = locationSettings(entry, cli.cwd, cli.home)
    const object = locationObject(withAccessMode(location), await namespaceOf(command, cli))
    checkMetadata(object)
    if (format !== undefined) {
      await print(cli, shownLocation, [object], format, flags)
      return undefined
    }
    const { validateStorageLocation } = await import('../../velero/bsl.ts')
    refuseAny(validateStorageLocation(location.spec))
    const file = await openFile(command, cli)
    refuseTaken(file.config.locations, location)
    const { addLocation } = await import('../../config/file/edit-locations.ts')
    await changeFile(command, cli, file, document => addLocation(document, entry))
    cli.stdout.write(`Backup storage location ${goQuote(name)} configured successfully.\n`)
    if (cli.env.LATEEN_BUCKET)
      cli.stderr.write('LATEEN_BUCKET is set, and takes the place of all locations in lateen.yaml.\n')
    return undefined
  })
}

/** Velero's client always says it. */
function withAccessMode(location: ConfiguredLocation): ConfiguredLocation {
  return { ...location, spec: { ...location.spec, accessMode: location.spec.accessMode ?? 'ReadWrite' } }
}

function refuseTaken(known: readonly ConfiguredLocation[], { name, spec }: ConfiguredLocation): void {
  if (known.some(other => other.name === name)) {
    throw new InvalidInputError(`backupstoragelocations.velero.io ${goQuote(name)} already exists`, {
      next: 'Change it by `lateen backup-location set`, or in lateen.yaml.',
    })
  }
  if (spec.default && known.some(other => other.spec.default)) {
    throw new InvalidInputError(
      'there is already exist default backup storage location, please unset it first or do not set --default flag',
    )
  }
}

const examples = `
Examples:
  # A bucket in AWS.
  lateen backup-location create default --provider aws --bucket velero-backups --config region=eu-central-1

  # A bucket of MinIO, with keys of its own.
  lateen backup-location create minio --provider aws --bucket backups \\
    --config s3Url=https://minio:9000,region=minio --credential keys.ini=default

  # A folder.
  lateen backup-location create local --bucket file:///srv/backups

  # See the object as YAML, without writing anything.
  lateen backup-location create default --provider aws --bucket velero-backups -o yaml`
