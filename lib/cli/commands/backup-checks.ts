import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { validateNamespaceIncludesExcludes } from '../../velero/includes-excludes.ts'
import { labelValueProblems, qualifiedNameProblems } from '../../velero/kubernetes-names.ts'
import { validateName } from '../../velero/names.ts'
import type { Backup } from '../../velero/types.ts'
import type { BackupCreateFlags } from './backup-create-flags.ts'

/**
 * Refuses what Velero's client refuses, in its order and words. What its server would say of the backup is for the job to
 * find, which looks before it reaches for anything.
 */
export function checkCreateFlags(flags: BackupCreateFlags, args: readonly string[]): void {
  if (flags.selector && flags.orSelector) {
    throw new InvalidInputError("either a 'selector' or an 'or-selector' can be specified, but not both")
  }
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

/** Refuses names and labels that Kubernetes would not take, for a Velero that finds the backup could not sync it. */
export function checkMetadata({ metadata }: Backup): void {
  const problem = validateName(metadata.name)
  if (problem !== undefined) {
    const name = goQuote(metadata.name)
    throw new InvalidInputError(
      `Backup.velero.io ${name} is invalid: metadata.name: Invalid value: ${name}: ${problem}`,
    )
  }
  refuseAny([
    ...Object.keys(metadata.labels ?? {}).flatMap(key => keyProblems('--labels', key)),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
      labelValueProblems(value).map(text => `--labels: invalid value ${goQuote(value)} of ${goQuote(key)}: ${text}`),
    ),
    ...Object.keys(metadata.annotations ?? {}).flatMap(key => keyProblems('--annotations', key.toLowerCase())),
  ])
}

function keyProblems(flag: string, key: string): string[] {
  return qualifiedNameProblems(key).map(text => `${flag}: invalid key ${goQuote(key)}: ${text}`)
}

/** Several at once as Kubernetes joins them. */
function refuseAny(problems: readonly string[]): void {
  const distinct = [...new Set(problems)]
  if (distinct.length === 0) return
  throw new InvalidInputError(distinct.length === 1 ? String(distinct[0]) : `[${distinct.join(', ')}]`)
}
