import type { Command } from 'commander'
import type { GoDuration } from '../../velero/types.ts'
import { flag, ownFlag } from '../flags/define.ts'
import * as kind from '../flags/kinds.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'

export interface LocationCreateFlags extends OutputFlags {
  provider?: string
  ownBucket?: string
  prefix?: string
  ownConfig?: Record<string, string>
  credential?: Record<string, string>
  accessMode?: 'ReadWrite' | 'ReadOnly'
  default?: boolean
  backupSyncPeriod?: GoDuration
  validationFrequency?: GoDuration
  ownCacert?: string
  labels?: Record<string, string>
}

export interface LocationSetFlags {
  ownCacert?: string
  credential?: Record<string, string>
  default?: kind.OptionalBool
}

/** Velero's flags of `backup-location create`, by what they are about. */
export function addLocationCreateFlags(command: Command): void {
  command.optionsGroup('Where:')
  flag(command, '--provider', kind.string, 'aws (S3 and its compatibles) or file (a folder).')
  const bucket = "The bucket's name, or s3://NAME[/PREFIX]; a folder, or file:///FOLDER."
  ownFlag(command, '--bucket', kind.string, bucket)
  flag(command, '--prefix', kind.string, 'A folder in the bucket, such as clusters/prod.')
  command.optionsGroup('How to reach it:')
  const config =
    'Options of the provider: region=eu-central-1,s3Url=https://minio:9000. Before the command, the lateen.yaml to use.'
  ownFlag(command, '--config', kind.mapStringString, config)
  addAccessFlags(command)
  command.optionsGroup('The location itself:')
  const mode = 'ReadWrite, which is the default, or ReadOnly.'
  flag(command, '--access-mode', kind.oneOf('ReadWrite', 'ReadOnly'), mode)
  flag(command, '--default', kind.bool, 'Clusters without a location of their own use it.')
  flag(command, '--labels', kind.mapStringString, 'Labels for the backup-location.')
  flag(command, '--backup-sync-period', kind.duration, "For a Velero server's sync; recorded.")
  flag(command, '--validation-frequency', kind.duration, 'For the checks of a Velero server; recorded.')
  addOutputFlags(command, 'Print the BackupStorageLocation and write nothing.')
}

export function addLocationSetFlags(command: Command): void {
  command.optionsGroup('What to change:')
  addAccessFlags(command)
  flag(command, '--default', kind.optionalBool, 'Whether clusters without a location of their own use it.')
}

function addAccessFlags(command: Command): void {
  const file = 'An AWS credentials file and a profile of it: FILE=PROFILE. Nothing is read from a Secret.'
  flag(command, '--credential', kind.mapStringString, file)
  ownFlag(
    command,
    '--cacert',
    kind.string,
    "A file with a certificate bundle to verify the endpoint's TLS with; it is kept in lateen.yaml.",
  )
}
