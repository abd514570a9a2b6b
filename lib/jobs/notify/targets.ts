import { createHash } from 'node:crypto'
import type { NotificationSettings } from '../../config/notifications.ts'
import type { Notice } from './notice.ts'

/** Whether an entry of the configuration is about such an end. */
export function wants(
  { phases, clusters, schedules }: NotificationSettings,
  { phase, cluster, schedule }: Pick<Notice, 'phase' | 'cluster' | 'schedule'>,
): boolean {
  const within = (names: readonly string[] | undefined, name: string | undefined) =>
    names === undefined || (name !== undefined && names.includes(name))
  return phases.some(each => each === phase) && within(clusters, cluster) && within(schedules, schedule)
}

/** The same for the same target, whoever asks; without its value, which may be a secret. */
export function idOf({ target: { kind, value } }: NotificationSettings): string {
  return `${kind}-${createHash('sha256').update(value).digest('hex').slice(0, 16)}`
}

/** For people. Of a webhook only the host: its path lets whoever has it write there. */
export function shownTarget({ target: { kind, value } }: NotificationSettings): string {
  return kind === 'webhook' ? `webhook at ${URL.parse(value)?.host}` : `${kind} ${value}`
}
