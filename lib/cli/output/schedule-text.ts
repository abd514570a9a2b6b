import type { ScheduleView } from '../../jobs/types.ts'
import { RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import { byBytes } from '../../velero/byte-order.ts'
import type { BackupSpec, ObjectMeta } from '../../velero/types.ts'
import { concurrencyOf } from '../../velero/validate-schedule.ts'
import { backupSpecText } from './backup-spec-text.ts'
import { alignTabs } from './tabbed.ts'
import { type Clock, goTime } from './times.ts'

/** What `schedule describe` prints of one: in the layout of Velero 1.18, and then what only we know. */
export function scheduleText(view: ScheduleView, clock: Clock): string {
  const { metadata, spec, status } = view.schedule
  return alignTabs([
    ...metadataText(metadata),
    '',
    `Phase:\t${status?.phase || 'New'}`,
    ...resourcePolicy(spec.template),
    ...uploader(spec.template),
    ...problems(status?.validationErrors ?? []),
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

function metadataText({ name, namespace = '', labels, annotations }: ObjectMeta): string[] {
  return [`Name:\t${name}`, `Namespace:\t${namespace}`, ...map('Labels', labels), ...map('Annotations', annotations)]
}

function map(title: string, entries: Record<string, string> = {}): string[] {
  const pairs = Object.entries(entries).toSorted(([a], [b]) => byBytes(a, b))
  if (pairs.length === 0) return [`${title}:\t<none>`]
  return pairs.map(([key, value], i) => `${i === 0 ? `${title}:` : ''}\t${key}=${value}`)
}

function resourcePolicy({ resourcePolicy: policy }: BackupSpec): string[] {
  return policy === undefined ? [] : ['', 'Resource policies:', `\tType:\t${policy.kind}`, `\tName:\t${policy.name}`]
}

function uploader({ uploaderConfig }: BackupSpec): string[] {
  const files = uploaderConfig?.parallelFilesUpload ?? 0
  return files > 0 ? ['', 'Uploader config:', `\tParallel files upload:\t${files}`] : []
}

function problems(texts: readonly string[]): string[] {
  if (texts.length === 0) return []
  return ['', ...texts.map((text, i) => `${i === 0 ? 'Validation errors:' : ''}\t${text}`)]
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
