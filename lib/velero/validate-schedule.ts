import { CONCURRENCY_ANNOTATION } from './annotations.ts'
import { cronProblem } from './due.ts'
import { messageOf } from './errors.ts'
import { labelValueProblems } from './kubernetes-names.ts'
import { lifetimeProblems } from './lifetime.ts'
import { validateName } from './names.ts'
import { scheduledBackup } from './scheduled-backup.ts'
import { parseBackup } from './schema.ts'
import type { Schedule } from './types-schedule.ts'
import { validateBackup } from './validate.ts'

/** Kubernetes' words for what a CronJob does while an earlier run is at work. */
export const CONCURRENCY_POLICIES = ['Forbid', 'Allow'] as const
export type ConcurrencyPolicy = (typeof CONCURRENCY_POLICIES)[number]

/** Forbid, unless the schedule says otherwise. */
export function concurrencyOf({ metadata }: Pick<Schedule, 'metadata'>): ConcurrencyPolicy {
  return metadata.annotations?.[CONCURRENCY_ANNOTATION] === 'Allow' ? 'Allow' : 'Forbid'
}

/**
 * What keeps a Schedule from being run, as status.validationErrors: none if it may run. Its times are in Velero's words; the
 * backup that it asks for is checked too, as far as that takes no cluster and no location.
 */
export function validateSchedule(schedule: Schedule, now: Date): string[] {
  const { metadata, spec } = schedule
  const cron = cronProblem(spec.schedule, now)
  const name = nameProblem(metadata.name)
  const policy = metadata.annotations?.[CONCURRENCY_ANNOTATION] ?? 'Forbid'
  return [
    ...(cron === undefined ? [] : [cron]),
    ...(name === undefined ? backupProblems(schedule, now) : [`metadata.name: ${name}`]),
    ...(CONCURRENCY_POLICIES.some(known => known === policy)
      ? []
      : [`${CONCURRENCY_ANNOTATION}: ${JSON.stringify(policy)} is neither ${CONCURRENCY_POLICIES.join(' nor ')}`]),
  ]
}

/** With the time of a run behind it, it is the name of a backup, and alone the value of a label. */
function nameProblem(name: string): string | undefined {
  return validateName(name) ?? labelValueProblems(name)[0]
}

function backupProblems(schedule: Schedule, now: Date): string[] {
  const backup = scheduledBackup(schedule, now)
  try {
    parseBackup(backup)
  } catch (error) {
    return [messageOf(error)]
  }
  const location = { name: backup.spec.storageLocation ?? '' }
  return [...validateBackup(backup, { location }), ...lifetimeProblems(backup)]
}
