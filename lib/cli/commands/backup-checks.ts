import { InvalidInputError } from '../../velero/errors.ts'
import { validateNamespaceIncludesExcludes } from '../../velero/includes-excludes.ts'
import type { BackupCreateFlags, BackupFlags } from './backup-create-flags.ts'
import { refuseAny, refuseBothSelectors } from './request-checks.ts'

/**
 * Refuses what Velero's client refuses, in its order and words. What its server would say of the backup is for the job to
 * find, which looks before it reaches for anything. Answers the schedule that the backup is to be like, if any.
 */
export function checkCreateFlags(flags: BackupCreateFlags, args: readonly string[]): string | undefined {
  refuseBothSelectors(flags)
  const schedule = flags.fromSchedule?.trim()
  if (schedule === '') throw new InvalidInputError('flag must have a non-empty value: --from-schedule')
  if (schedule === undefined && args.length === 0) {
    throw new InvalidInputError('a backup name is required, unless you are creating based on a schedule')
  }
  checkNamespaceFlags(flags)
  return schedule
}

export function checkNamespaceFlags({ includeNamespaces, excludeNamespaces }: BackupFlags): void {
  refuseAny(validateNamespaceIncludesExcludes(includeNamespaces, excludeNamespaces))
}
