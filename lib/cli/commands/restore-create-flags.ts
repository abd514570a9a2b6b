import type { Command } from 'commander'
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

export interface RestoreCreateFlags extends SelectionFlags, RequestFlags, OutputFlags {
  fromBackup?: string
  fromSchedule?: string
  allowPartiallyFailed?: kind.OptionalBool
  namespaceMappings?: Record<string, string>
  existingResourcePolicy?: string
  recreateResources?: string[]
  statusIncludeResources?: string[]
  statusExcludeResources?: string[]
  resourceModifierConfigmap?: string
  resourceModifierFile?: string
  restoreResourcePriorities?: string
  preserveNodeports?: kind.OptionalBool
  restoreVolumes?: kind.OptionalBool
  writeSparseFiles?: kind.OptionalBool
  parallelFilesDownload?: number
}

/** Velero's flags of `restore create` and ours, by what they are about. */
export function addRestoreCreateFlags(command: Command): void {
  const { optionalBool, string } = kind
  command.optionsGroup('From what:')
  flag(command, '--from-backup', string, 'The backup to restore from.')
  flag(command, '--from-schedule', string, 'The schedule whose newest Completed backup is restored from.')
  const partial = 'With --from-schedule: the newest backup that is Completed or PartiallyFailed.'
  flag(command, '--allow-partially-failed', optionalBool, partial)
  addLocationFlag(command, 'The location to restore from')
  command.optionsGroup('What to restore:')
  addObjectFlags(command, 'restore')
  addResourceFlags(command, 'restore')
  command.optionsGroup('What exists already:')
  addPolicyFlags(command)
  command.optionsGroup('How:')
  addTargetFlags(command)
  const configMap = 'A ConfigMap with resource modifiers, in the namespace of -n.'
  flag(command, '--resource-modifier-configmap', string, configMap)
  flag(command, '--resource-modifier-file', string, 'A file with what such a ConfigMap holds, in its place.')
  const priorities = "Kinds to restore first, and after '-' those to restore last: secrets,pods,-,services."
  flag(command, '--restore-resource-priorities', string, priorities)
  flag(command, '--preserve-nodeports', optionalBool, 'Whether Services keep their node ports as they were backed up.')
  addRunFlags(command, 'restore')
  command.optionsGroup('The restore itself:')
  addLabelFlags(command, 'restore')
  command.optionsGroup('Volumes (their data is not restored):')
  const volumes = 'Whether volumes are to be restored; =false, and data that is not brought back is no error.'
  flag(command, '--restore-volumes', optionalBool, volumes)
  flag(command, '--write-sparse-files', optionalBool, "Recorded: whether volumes' files are written sparsely.")
  flag(command, '--parallel-files-download', kind.int, 'Recorded: how many files to download at once.')
  addItemOperationTimeoutFlag(command)
  addOutputFlags(command, 'Print the restore as an object and do not make it.')
}

/** What becomes of objects that exist. */
export function addPolicyFlags(command: Command): void {
  const { stringArray, string } = kind
  const policy = 'What happens to objects that differ: none, update, or recreate (delete and create anew).'
  flag(command, '--existing-resource-policy', { ...string, words: ['none', 'update', 'recreate'] }, policy)
  flag(command, '--recreate-resources', stringArray, 'The kinds that recreate may delete: deployments,configmaps.')
}

/** Into what namespaces, and with what status. */
export function addTargetFlags(command: Command): void {
  const mappings = 'Namespaces to restore into others: source:target,source2:target2.'
  flag(command, '--namespace-mappings', kind.mappings, mappings)
  const status = "Kinds whose status is restored too ('*' for all); without it that of none."
  flag(command, '--status-include-resources', kind.stringArray, status)
  flag(command, '--status-exclude-resources', kind.stringArray, 'Kinds to leave out of --status-include-resources.')
}
