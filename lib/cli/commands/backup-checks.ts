import { InvalidInputError } from '../../velero/errors.ts'
import { validateNamespaceIncludesExcludes } from '../../velero/includes-excludes.ts'
import type { BackupCreateFlags } from './backup-create-flags.ts'
import { refuseAny, refuseBothSelectors } from './request-checks.ts'

/**
 * Refuses what Velero's client refuses, in its order and words. What its server would say of the backup is for the job to
 * find, which looks before it reaches for anything.
 */
export function checkCreateFlags(flags: BackupCreateFlags, args: readonly string[]): void {
  refuseBothSelectors(flags)
  if (flags.fromSchedule !== undefined) {
    throw new InvalidInputError('--from-schedule is not available: this version of lateen has no schedules', {
      next: "Give the filters of the schedule's template as flags.",
    })
  }
  if (args.length === 0) {
    throw new InvalidInputError('a backup name is required, unless you are creating based on a schedule')
  }
  refuseAny(validateNamespaceIncludesExcludes(flags.includeNamespaces, flags.excludeNamespaces))
}
