import type { Command } from 'commander'
import type { GoDuration } from '../../velero/types.ts'
import { flag } from '../flags/define.ts'
import * as kind from '../flags/kinds.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'
import {
  addItemOperationTimeoutFlag,
  addLabelFlags,
  addLocationFlag,
  addRunFlags,
  type RequestFlags,
} from '../flags/request-flags.ts'
import { addObjectFlags, addResourceFlags, type SelectionFlags } from '../flags/selection-flags.ts'

/** What the flags say of a backup, whether it is made now or by a schedule. */
export interface BackupFlags extends SelectionFlags, RequestFlags, OutputFlags {
  includeClusterScopedResources?: string[]
  excludeClusterScopedResources?: string[]
  includeNamespaceScopedResources?: string[]
  excludeNamespaceScopedResources?: string[]
  orderedResources?: string
  resourcePoliciesConfigmap?: string
  ttl?: GoDuration
  volumeSnapshotLocations?: string[]
  snapshotVolumes?: kind.OptionalBool
  snapshotMoveData?: kind.OptionalBool
  defaultVolumesToFsBackup?: kind.OptionalBool
  dataMover?: string
  csiSnapshotTimeout?: GoDuration
  parallelFilesUpload?: number
}

export interface BackupCreateFlags extends BackupFlags {
  fromSchedule?: string
}

/** Velero's flags of `backup create`, by what they are about. */
export function addBackupCreateFlags(command: Command): void {
  addBackupFlags(command, 'backup')
  command.optionsGroup('How:')
  const schedule = 'A schedule whose template is taken in place of flags; a name is made up where none is given.'
  flag(command, '--from-schedule', kind.string, schedule)
  addRunFlags(command, 'backup')
  addOutputFlags(command, 'Print the backup as an object and do not make it.')
}

/** Those that also describe the backups of a schedule. `noun` is what bears labels. */
export function addBackupFlags(command: Command, noun: 'backup' | 'schedule'): void {
  const { optionalBool, string, duration } = kind
  command.optionsGroup('What to back up:')
  addObjectFlags(command, 'back up')
  addScopedFlags(command)
  command.optionsGroup('What to back up, the older flags:')
  addResourceFlags(command, 'back up')
  command.optionsGroup('How:')
  addOrderedFlag(command)
  flag(command, '--resource-policies-configmap', string, 'A ConfigMap with resource policies, in the namespace of -n.')
  addLocationFlag(command, 'The location to write to')
  command.optionsGroup(`The ${noun} itself:`)
  addLabelFlags(command, noun)
  flag(
    command,
    '--ttl',
    duration,
    'How long a backup is kept, such as 168h; default 720h, or for ever where its location has a retention policy.',
  )
  command.optionsGroup('Volumes (recorded with the backup, whose archive holds no volume data):')
  flag(command, '--snapshot-volumes', optionalBool, 'Whether to take snapshots of volumes.')
  flag(command, '--snapshot-move-data', optionalBool, "Whether to move snapshots' data.")
  flag(command, '--default-volumes-to-fs-backup', optionalBool, "Whether to back up volumes' files.")
  flag(command, '--volume-snapshot-locations', kind.strings, 'Locations for snapshots of volumes.')
  flag(command, '--data-mover', string, "What moves snapshots' data.")
  flag(command, '--csi-snapshot-timeout', duration, 'How long to wait for CSI snapshots.')
  addItemOperationTimeoutFlag(command)
  flag(command, '--parallel-files-upload', kind.int, 'How many files to upload at once.')
}

/** Kinds by their scope. */
export function addScopedFlags(command: Command): void {
  const { stringArray } = kind
  const scoped = 'Not together with the older resource flags.'
  flag(
    command,
    '--include-cluster-scoped-resources',
    stringArray,
    `Cluster-scoped kinds to back up ('*' for all). ${scoped}`,
  )
  flag(command, '--exclude-cluster-scoped-resources', stringArray, `Cluster-scoped kinds to leave out. ${scoped}`)
  flag(
    command,
    '--include-namespace-scoped-resources',
    stringArray,
    `Namespaced kinds to back up ('*' for all). ${scoped}`,
  )
  flag(command, '--exclude-namespace-scoped-resources', stringArray, `Namespaced kinds to leave out. ${scoped}`)
}

export function addOrderedFlag(command: Command): void {
  const order = "Objects to back up in an order: 'pods=ns1/a,ns1/b;persistentvolumes=pv1'."
  flag(command, '--ordered-resources', kind.string, order)
}
