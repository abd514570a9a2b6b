import { DEFAULT_PHASES, type NotificationSettings } from '../../lib/config/notifications.ts'
import { NotDeliveredError } from '../../lib/jobs/notify/errors.ts'
import type { Notice } from '../../lib/jobs/notify/notice.ts'

/** Somebody to be told of every end, unless more is said. */
export function listener(name: string, more: Partial<NotificationSettings> = {}): NotificationSettings {
  return { target: { kind: 'eventBus', value: name }, phases: ['Completed', ...DEFAULT_PHASES], ...more }
}

/** What was told to whom, in place of their servers; `refusing`: the names of those that can't be told now. */
export class Listeners {
  readonly told: { to: string; notice: Notice }[] = []
  readonly refusing = new Set<string>()
  tries = 0

  deliver = async ({ target: { value } }: NotificationSettings, notice: Notice): Promise<void> => {
    this.tries++
    if (this.refusing.has(value)) throw new NotDeliveredError('it answered 503', { passing: true })
    this.told.push({ to: value, notice })
  }

  /** `NAME PHASE to WHOM`, in their order. */
  get lines(): string[] {
    return this.told.map(({ to, notice }) => `${notice.name} ${notice.phase} to ${to}`)
  }
}
