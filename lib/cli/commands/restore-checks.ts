import { InvalidInputError } from '../../velero/errors.ts'
import { type OutputFormat, outputFormat } from '../flags/output-flags.ts'
import { refuseBothSelectors } from './request-checks.ts'
import type { RestoreCreateFlags } from './restore-create-flags.ts'

/**
 * Refuses what Velero's client refuses without asking its server, in its order and words, then what our own flags need.
 * Answers the format of -o.
 */
export function checkRestoreFlags(flags: RestoreCreateFlags): OutputFormat | undefined {
  if (Boolean(flags.fromBackup) === Boolean(flags.fromSchedule)) {
    throw new InvalidInputError('either a backup or schedule must be specified, but not both', {
      next: 'Give --from-backup NAME or --from-schedule NAME.',
    })
  }
  const format = outputFormat(flags)
  refuseBothSelectors(flags)
  checkPolicy(flags)
  if ((flags.parallelFilesDownload ?? 0) < 0) {
    throw new InvalidInputError('parallel-files-download cannot be negative')
  }
  checkRecreate(flags)
  if (flags.resourceModifierConfigmap && flags.resourceModifierFile) {
    throw new InvalidInputError(
      "either a 'resource-modifier-configmap' or a 'resource-modifier-file' can be specified, but not both",
    )
  }
  return format
}

export function checkPolicy({ existingResourcePolicy }: RestoreCreateFlags): void {
  if (!existingResourcePolicy || policies.includes(existingResourcePolicy)) return
  throw new InvalidInputError(
    `existing-resource-policy has invalid value, it accepts only ${policies.join(', ')} as value`,
  )
}

/** Velero's, and ours. */
const policies = ['none', 'update', 'recreate']

/** What is deleted to be created anew may own others, or hold a claim's data: a person names the kinds. */
export function checkRecreate({ existingResourcePolicy, recreateResources = [] }: RestoreCreateFlags): void {
  const kinds = recreateResources.filter(Boolean)
  const asked = existingResourcePolicy === 'recreate'
  if (asked && kinds.length === 0) {
    throw new InvalidInputError('--existing-resource-policy recreate needs --recreate-resources', {
      next: 'Name the kinds that may be deleted and created anew: --recreate-resources deployments,configmaps.',
    })
  }
  if (!asked && kinds.length > 0) {
    throw new InvalidInputError('--recreate-resources is for --existing-resource-policy recreate only')
  }
}
