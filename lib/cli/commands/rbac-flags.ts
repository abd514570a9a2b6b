import type { Command } from 'commander'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { flag, shownFlag } from '../flags/define.ts'
import { oneOf, string, strings } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { addObjectFlags, addResourceFlags } from '../flags/selection-flags.ts'
import type { Subject } from '../output/rbac-text.ts'
import { addOrderedFlag, addScopedFlags, type BackupFlags } from './backup-create-flags.ts'
import { addPolicyFlags, addTargetFlags, type RestoreCreateFlags } from './restore-create-flags.ts'

export interface RbacFlags extends BackupFlags, Omit<RestoreCreateFlags, keyof BackupFlags> {
  for: 'backup' | 'restore'
  group?: string[]
  user?: string[]
  serviceaccount?: string[]
}

export function addRbacFlags(command: Command): void {
  command.optionsGroup('For what:')
  const purpose = "What the rights are for: 'backup' or 'restore'."
  flag(command, '--for', oneOf('backup', 'restore'), purpose, { value: 'backup', shown: '"backup"' })
  command.optionsGroup('What to back up or restore, as for backup create and restore create:')
  addObjectFlags(command, 'back up or restore')
  addResourceFlags(command, 'back up or restore')
  command.optionsGroup('Of backups:')
  addScopedFlags(command)
  addOrderedFlag(command)
  command.optionsGroup('Of restores:')
  flag(command, '--from-backup', string, 'Allow only the kinds that this backup holds, also those that it defines.')
  addLocationFlag(command, 'The location of that backup')
  addTargetFlags(command)
  addPolicyFlags(command)
  command.optionsGroup('For whom; without any, for a group that is called as the roles are:')
  flag(command, '--group', strings, 'Groups that get the rights, such as an EKS access entry names.')
  flag(command, '--user', strings, 'Users that get the rights.')
  flag(command, '--serviceaccount', strings, 'Service accounts that get the rights: NAMESPACE:NAME.')
}

const OF_BACKUPS = [
  'includeClusterScopedResources',
  'excludeClusterScopedResources',
  'includeNamespaceScopedResources',
  'excludeNamespaceScopedResources',
  'orderedResources',
] as const

const OF_RESTORES = [
  'fromBackup',
  'storageLocation',
  'namespaceMappings',
  'statusIncludeResources',
  'statusExcludeResources',
  'existingResourcePolicy',
  'recreateResources',
] as const

/** Refuses flags that mean nothing for what the rights are for. */
export function checkPurpose(command: Command, flags: RbacFlags): void {
  const [others, other] = flags.for === 'backup' ? [OF_RESTORES, 'restore'] : [OF_BACKUPS, 'backup']
  const given = others.find(name => flags[name] !== undefined)
  if (given === undefined) return
  const option = command.options.find(each => each.attributeName() === given)
  throw new InvalidInputError(`${shownFlag(option?.long ?? given)} is for --for ${other} only`)
}

/** `name`: of the group, where nobody is named. */
export function subjectsOf({ group = [], user = [], serviceaccount = [] }: RbacFlags, name: string): Subject[] {
  const accounts = serviceaccount.map((text): Subject => {
    const [namespace, account, ...more] = text.split(':')
    if (!namespace || !account || more.length > 0)
      throw new InvalidInputError(`--serviceaccount: ${goQuote(text)} is not NAMESPACE:NAME`)
    return { kind: 'ServiceAccount', namespace, name: account }
  })
  const named = [
    ...group.map((each): Subject => ({ kind: 'Group', name: each })),
    ...user.map((each): Subject => ({ kind: 'User', name: each })),
    ...accounts,
  ]
  return named.length > 0 ? named : [{ kind: 'Group', name }]
}
