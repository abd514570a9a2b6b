import type { Command } from 'commander'
import type { GoDuration, LabelSelector } from '../../velero/types.ts'
import { flag } from '../flags/define.ts'
import * as kind from '../flags/kinds.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'

export interface BackupCreateFlags extends OutputFlags {
  includeNamespaces: string[]
  excludeNamespaces?: string[]
  includeResources?: string[]
  excludeResources?: string[]
  includeClusterResources?: kind.OptionalBool
  includeClusterScopedResources?: string[]
  excludeClusterScopedResources?: string[]
  includeNamespaceScopedResources?: string[]
  excludeNamespaceScopedResources?: string[]
  selector?: LabelSelector
  orSelector?: LabelSelector[]
  orderedResources?: string
  resourcePoliciesConfigmap?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ttl?: GoDuration
  storageLocation?: string
  itemOperationTimeout?: GoDuration
  volumeSnapshotLocations?: string[]
  snapshotVolumes?: kind.OptionalBool
  snapshotMoveData?: kind.OptionalBool
  defaultVolumesToFsBackup?: kind.OptionalBool
  dataMover?: string
  csiSnapshotTimeout?: GoDuration
  parallelFilesUpload?: number
  fromSchedule?: string
  wait?: boolean
}

/** Velero's flags of `backup create`, by what they are about. */
export function addBackupCreateFlags(command: Command): void {
  const { stringArray, optionalBool, string, duration } = kind
  command.optionsGroup('What to back up:')
  flag(command, '--include-namespaces', stringArray, 'Namespaces to back up; names, or patterns of *, ? and [abc].', {
    value: ['*'],
    shown: '*',
  })
  flag(command, '--exclude-namespaces', stringArray, 'Namespaces to leave out.')
  flag(command, '-l, --selector', kind.labelSelector, 'Only objects whose labels match, such as app=web,tier!=cache.')
  flag(
    command,
    '--or-selector',
    kind.orLabelSelector,
    "Objects that match one of several selectors: 'app=web or app=db'.",
  )
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
  command.optionsGroup('What to back up, the older flags:')
  flag(command, '--include-resources', stringArray, "Kinds to back up, such as deployments.apps ('*' for all).")
  flag(command, '--exclude-resources', stringArray, 'Kinds to leave out.')
  flag(
    command,
    '--include-cluster-resources',
    optionalBool,
    'Whether to back up cluster-scoped objects; unset: those that belong to what is backed up.',
  )
  command.optionsGroup('How:')
  flag(
    command,
    '--ordered-resources',
    string,
    "Objects to back up in an order: 'pods=ns1/a,ns1/b;persistentvolumes=pv1'.",
  )
  flag(command, '--resource-policies-configmap', string, 'A ConfigMap with resource policies, in the namespace of -n.')
  flag(command, '--storage-location', string, 'The location to write to, by its name in lateen.yaml.')
  flag(command, '--from-schedule', string, 'Not available in this version.')
  flag(
    command,
    '-w, --wait',
    kind.bool,
    'Print the lines that Velero prints while it waits; the command ends with the backup either way.',
  )
  command.optionsGroup('The backup itself:')
  flag(command, '--labels', kind.mapStringString, 'Labels for the backup.')
  flag(command, '--annotations', kind.mapStringString, 'Annotations for the backup.')
  flag(command, '--ttl', duration, 'How long the backup is kept, such as 720h, which is the default.')
  command.optionsGroup('Volumes (recorded with the backup, whose archive holds no volume data):')
  flag(command, '--snapshot-volumes', optionalBool, 'Whether to take snapshots of volumes.')
  flag(command, '--snapshot-move-data', optionalBool, "Whether to move snapshots' data.")
  flag(command, '--default-volumes-to-fs-backup', optionalBool, "Whether to back up volumes' files.")
  flag(command, '--volume-snapshot-locations', kind.strings, 'Locations for snapshots of volumes.')
  flag(command, '--data-mover', string, "What moves snapshots' data.")
  flag(command, '--csi-snapshot-timeout', duration, 'How long to wait for CSI snapshots.')
  flag(command, '--item-operation-timeout', duration, 'How long to wait for operations of plugins.')
  flag(command, '--parallel-files-upload', kind.int, 'How many files to upload at once.')
  addOutputFlags(command, 'Print the backup as an object and do not make it.')
}
