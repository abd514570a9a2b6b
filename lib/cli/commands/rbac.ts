import type { Command } from 'commander'
import { clusterSettings } from '../../config/settings-for.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { labelValueProblems } from '../../velero/kubernetes-names.ts'
import { validateName } from '../../velero/names.ts'
import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import { validateBackup } from '../../velero/validate.ts'
import { validateRestore } from '../../velero/validate-restore.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { configOf, globalFlags, namespaceOf, settingsOf } from '../settings.ts'
import { checkNamespaceFlags } from './backup-checks.ts'
import { backupManifest } from './backup-manifest.ts'
import { addRbacFlags, checkPurpose, type RbacFlags, subjectsOf } from './rbac-flags.ts'
import { refuseAny, refuseBothSelectors } from './request-checks.ts'
import { checkPolicy, checkRecreate } from './restore-checks.ts'
import { restoreManifest } from './restore-manifest.ts'

export function rbacCommand(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addRbacFlags(command)
  act<RbacFlags>(command, done, { usage: '[NAME] [flags]', most: 1 }, async ([given], flags) => {
    const name = nameOf(given ?? `lateen-${flags.for}`)
    checkPurpose(command, flags)
    refuseBothSelectors(flags)
    const subjects = subjectsOf(flags, name)
    const namespace = await namespaceOf(command, cli)
    const request = flags.for === 'backup' ? backupOf(flags, namespace) : restoreOf(flags, namespace)
    const plan = await cli.jobs.planRbac(request, {
      cluster: async () => clusterSettings((await configOf(command, cli)).config, globalFlags(command).cluster),
      location: async () => (await settingsOf(command, cli, flags.storageLocation)).location,
    })
    const { rbacText } = await import('../output/rbac-text.ts')
    cli.stdout.write(rbacText(plan, { name, purpose: flags.for, subjects }))
    return undefined
  })
}

function nameOf(name: string): string {
  // Its label has it too.
  const problem = validateName(name) ?? labelValueProblems(name)[0]
  if (problem === undefined) return name
  throw new InvalidInputError(`${goQuote(name)} can't be the name of a Role: ${problem}`)
}

function backupOf(flags: RbacFlags, namespace: string): Backup {
  checkNamespaceFlags(flags)
  const manifest = backupManifest(flags, 'any', namespace)
  refuseAny(validateBackup(manifest, { location: { name: 'any', accessMode: 'ReadWrite' } }))
  return manifest
}

function restoreOf(flags: RbacFlags, namespace: string): Restore {
  checkPolicy(flags)
  checkRecreate(flags)
  const manifest = restoreManifest(flags, 'any', namespace, undefined)
  const from = (backupName: string): Restore => ({ ...manifest, spec: { ...manifest.spec, backupName } })
  // The filters are looked at, and not where they are to be applied.
  refuseAny(validateRestore(from(flags.fromBackup || 'any')))
  return from(flags.fromBackup ?? '')
}

const examples = `
Examples:
  # What a backup of everything needs, for the group "lateen-backup".
  lateen rbac | kubectl apply -f -

  # Of two namespaces, without Secrets.
  lateen rbac shop-backup --include-namespaces shop,shop-data --exclude-resources secrets

  # For the service account of a CronJob.
  lateen rbac --include-namespaces shop --serviceaccount ops:lateen

  # What it takes to restore one namespace from a backup.
  lateen rbac --for restore --from-backup backup1 --include-namespaces shop`
