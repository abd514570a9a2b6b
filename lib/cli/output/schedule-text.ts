import type { ScheduleView } from '../../jobs/types.ts'
import { RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import { concurrencyOf } from '../../velero/validate-schedule.ts'
import { backupSpecText, uploaderText } from './backup-spec-text.ts'
import { phaseInColour } from './colours.ts'
import { metadataText, referenceText, validationErrors } from './describe-parts.ts'
import { alignTabs } from './tabbed.ts'
import { type Clock, goTime } from './times.ts'

/** What `schedule describe` prints of one: in the layout of Velero 1.18, and then what only we know. */
export function scheduleText(view: ScheduleView, clock: Clock): string {
  const { metadata, spec, status } = view.schedule
  return alignTabs([
    ...metadataText(metadata),
    '',
    `Phase:\t${phaseInColour(status?.phase || 'New')}`,
    ...referenceText('Resource policies', spec.template.resourcePolicy),
    ...uploaderText(spec.template),
    ...validationErrors(status?.validationErrors),
    '',
    `Paused:\t${spec.paused ?? false}`,
    '',
    `Schedule:\t${spec.schedule}`,
    '',
    'Backup Template:',
    ...backupSpecText(spec.template).map(line => `\t${line}`),
    '',
    `Last Backup:\t${status?.lastBackup ? goTime(status.lastBackup, clock) : '<never>'}`,
    '',
    ...ours(view, clock),
  ])
}

function ours({ schedule, next, late, unfinished }: ScheduleView, clock: Clock): string[] {
  return [
    `Next Run:\t${next === undefined ? '<none>' : goTime(next.toISOString(), clock)}`,
    ...(late === undefined ? [] : [`Late Since:\t${goTime(late.toISOString(), clock)}`]),
    ...(unfinished === undefined ? [] : [`Unfinished Backup:\t${unfinished}`]),
    `Retention:\t${schedule.metadata.annotations?.[RETENTION_ANNOTATION] ?? '<none>'}`,
    `Concurrency Policy:\t${concurrencyOf(schedule)}`,
  ]
}
