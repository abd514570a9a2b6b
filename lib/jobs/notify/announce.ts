import type { Document } from '../../bucket/documents.ts'
import { addNotified, type Notified, readNotified } from '../../bucket/notified.ts'
import type { NotificationSettings } from '../../config/notifications.ts'
import type { LocationSettings } from '../../config/types.ts'
import type { ObjectStore } from '../../store/types.ts'
import { messageOf } from '../../velero/errors.ts'
import type { Around } from '../around.ts'
import { NotDeliveredError } from './errors.ts'
import { type Ended, type Notice, noticeOf } from './notice.ts'
import { idOf, shownTarget, wants } from './targets.ts'

export interface Announcing extends Pick<Around, 'deliver' | 'sleep'> {
  /** Where the run's record and outcome are. */
  store: ObjectStore
  location: LocationSettings
  notifications: readonly NotificationSettings[]
  now: () => Date
  /** False where nothing can be written: then it is not known later who was told. Default true. */
  remember?: boolean
}

/** Of a run that ended longer ago nobody is told any more: it would only alarm. In ms. */
export const NEWS_MS = 86_400_000

/** Between tries, in ms: a server that is busy, and one that is being replaced. What fails after that is for the next collection. */
const WAITS_MS = [1_000, 4_000]

/**
 * Tells everybody who wants to know how a run ended and has not been told. At least once: it may be called at any time after the
 * end, by several at once, and again after a death at any line; who has been told is kept in the run's folder. Answers a line for each
 * who could not be told, without secrets; it throws nothing, for the run has ended, whoever knows of it.
 */
export async function announce(ended: Ended, parts: Announcing): Promise<string[]> {
  const { store, location, notifications, now, remember = true } = parts
  const notice = noticeOf(ended, location, process.env.AWS_REGION)
  const wanted = notifications.filter(each => wants(each, notice))
  if (wanted.length === 0 || now().getTime() - Date.parse(notice.ended) > NEWS_MS) return []
  const { uid } = notice
  try {
    const known = remember ? await readNotified(store, uid) : undefined
    const pending = wanted.filter(each => isPending(idOf(each), known))
    if (pending.length === 0) return []
    const told = await Promise.all(pending.map(each => tell(each, notice, parts)))
    const outcomes = told.map((problem, i) => [
      idOf(pending[i] as NotificationSettings),
      problem === undefined ? { sent: now().toISOString() } : { problem },
    ])
    if (remember) await addNotified(store, uid, Object.fromEntries(outcomes), known)
    return told.filter(problem => problem !== undefined)
  } catch (error) {
    return [`who was told of ${notice.name} could not be kept: ${messageOf(error)}`]
  }
}

function isPending(id: string, known: Document<Notified> | undefined): boolean {
  if (known === undefined) return true
  const before = known.value.targets[id]
  return before !== undefined && !('sent' in before)
}

/** Answers why it could not be told. */
async function tell(
  settings: NotificationSettings,
  notice: Notice,
  { deliver, sleep }: Announcing,
): Promise<string | undefined> {
  for (let tries = 0; ; tries++) {
    try {
      await deliver(settings, notice)
      return undefined
    } catch (error) {
      const wait = error instanceof NotDeliveredError && error.passing ? WAITS_MS[tries] : undefined
      if (wait === undefined) return `${shownTarget(settings)} was not told of ${notice.name}: ${messageOf(error)}`
      await sleep(wait)
    }
  }
}
