import { changeSchedule, readSchedule, type StoredSchedule, scheduleNames, writeSchedule } from '../bucket/schedules.ts'
import { isReadOnly } from '../config/location.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { type Condition, type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { configuredSchedule, isFromConfig } from '../velero/configured-schedule.ts'
import { dueAt } from '../velero/due.ts'
import { messageOf } from '../velero/errors.ts'
import {
  unsentRun,
  withClaimed,
  withCreation,
  withoutClaimed,
  withoutFuture,
  withProblems,
  withSkipped,
} from '../velero/schedule-runs.ts'
import { scheduledBackup } from '../velero/scheduled-backup.ts'
import { serialiseRecord } from '../velero/serialise.ts'
import type { Backup } from '../velero/types.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { concurrencyOf } from '../velero/validate-schedule.ts'
import type { OpenStore } from './dropped.ts'
import { inTurn, withStore } from './found-runs.ts'
import type { Invocation } from './invocation.ts'
import { AT_ONCE } from './read.ts'
import { scheduleProblems } from './schedules.ts'
import { unfinishedRun } from './unfinished-run.ts'

export interface TickOptions extends Pick<Invocation, 'now' | 'log'> {
  /** Those that lateen.yaml has for this location. */
  schedules: readonly Schedule[]
  /** Hands a backup to whoever makes it. It may be handed over again, with the same uid. */
  send(backup: Backup): Promise<unknown>
}

export interface Ticked {
  /** Names of the backups that were sent. */
  sent: string[]
  problems: ScheduleProblem[]
}

export interface ScheduleProblem {
  schedule: string
  problem: string
}

/** A run that has been claimed for so long and not sent is sent by the next tick: whoever claimed it has died. In ms. */
const SENDING_MS = 60_000

/**
 * Looks at all schedules of a location, and sends the backups that are due: each once, however many ticks overlap. A run is
 * claimed by a conditional write, sent, and marked as sent by another; a tick that loses a write leaves the schedule to the
 * winner. One schedule's failure delays no other. Nothing is done in a location that must not be written to. Throws where the
 * location itself can't be read.
 */
export async function tick(
  { location }: Pick<Settings, 'location'>,
  options: TickOptions,
  open: OpenStore = openStore,
): Promise<Ticked> {
  const ticked: Ticked = { sent: [], problems: [] }
  if (isReadOnly(location)) return ticked
  await withStore(location, store => new Tick({ location }, store, options, ticked).run(), open)
  return ticked
}

class Tick {
  readonly #place: Pick<Settings, 'location'>
  readonly #store: ObjectStore
  readonly #options: TickOptions
  readonly #ticked: Ticked
  readonly #configured: ReadonlyMap<string, Schedule>

  constructor(place: Pick<Settings, 'location'>, store: ObjectStore, options: TickOptions, ticked: Ticked) {
    this.#place = place
    this.#store = store
    this.#options = options
    this.#ticked = ticked
    this.#configured = new Map(options.schedules.map(schedule => [schedule.metadata.name, schedule]))
  }

  async run(): Promise<void> {
    const missing = new Set(this.#configured.keys())
    for await (const names of scheduleNames(this.#store)) {
      for (const name of names) missing.delete(name)
      await inTurn(names, AT_ONCE, name => this.#guarded(name, () => this.#look(name)))
    }
    await inTurn([...missing], AT_ONCE, name => this.#guarded(name, () => this.#make(name)))
  }

  async #guarded(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#tell(name, messageOf(error), 'error')
    }
  }

  /** The first run of a schedule comes after it was made. */
  async #make(name: string): Promise<void> {
    const now = this.#options.now()
    const schedule = withCreation(configuredSchedule(this.#configured.get(name) as Schedule), now)
    const problems = scheduleProblems(schedule, this.#place, now)
    await this.#write(withProblems(schedule, problems), { ifNoneMatch: '*' })
    if (problems.length > 0) this.#tell(name, problems.join('; '), 'error')
  }

  async #look(name: string): Promise<void> {
    const stored = await readSchedule(this.#store, name)
    if (stored === undefined) return
    const { log } = this.#options
    const wanted = this.#configured.get(name)
    if (!isFromConfig(stored.schedule)) {
      if (wanted !== undefined) this.#tell(name, TAKEN, 'warn')
      return this.#attend(stored, stored.schedule)
    }
    if (wanted !== undefined) return this.#attend(stored, configuredSchedule(wanted, stored.schedule))
    log('info', 'The schedule came from lateen.yaml, which has it no more: delete it', { schedule: name })
  }

  /** `schedule`: how what is stored is to be. */
  async #attend(stored: StoredSchedule, schedule: Schedule): Promise<void> {
    const now = this.#options.now()
    const { name } = schedule.metadata
    const problems = scheduleProblems(schedule, this.#place, now)
    const settled = this.#settled(withProblems(withCreation(schedule, now), problems), now)
    const changed = serialiseRecord(settled) !== serialiseRecord(stored.schedule)
    // Logged where it is new.
    if (problems.length > 0) this.#tell(name, problems.join('; '), changed ? 'error' : undefined)
    const due = problems.length > 0 ? undefined : await this.#dueNow(settled, now)
    if (due !== undefined) return this.#send(stored, settled, due)
    if (changed) await this.#write(settled, { ifMatch: stored.etag })
  }

  /** Without what stands in the way of its times. */
  #settled(schedule: Schedule, now: Date): Schedule {
    const { paused = false, skipImmediately = false } = schedule.spec
    const past = withoutFuture(schedule, now)
    if (past !== schedule) {
      const fields = { schedule: schedule.metadata.name, ...schedule.status, now: now.toISOString() }
      this.#options.log(
        'warn',
        'A time of the schedule lies in the future, for a clock was wrong: it is counted from now on',
        fields,
      )
    }
    // While it is paused, what is to be skipped has not come yet.
    const skips = skipImmediately && !paused && past.status?.phase === 'Enabled'
    return skips ? withSkipped(past, now) : past
  }

  /** The time of the run that is to be sent now. */
  async #dueNow(schedule: Schedule, now: Date): Promise<Date | undefined> {
    const unsent = unsentRun(schedule)
    if (unsent !== undefined) {
      const age = Math.abs(now.getTime() - unsent.claimed.getTime())
      return age < SENDING_MS ? undefined : unsent.due
    }
    const { run } = dueAt(schedule, now)
    if (run === undefined || concurrencyOf(schedule) === 'Allow') return run
    const unfinished = await unfinishedRun(this.#store, schedule, now)
    if (unfinished === undefined) return run
    const fields = { schedule: schedule.metadata.name, due: run.toISOString(), backup: unfinished }
    this.#options.log('info', 'A backup is due, and waits for the end of an earlier one', fields)
    return undefined
  }

  async #send(stored: StoredSchedule, schedule: Schedule, due: Date): Promise<void> {
    const { now, log, send } = this.#options
    const claimed = await this.#write(withClaimed(schedule, due, now()), { ifMatch: stored.etag })
    if (claimed === undefined) return
    const backup = scheduledBackup(claimed.schedule, due, this.#store.url)
    await send(backup)
    const { name } = schedule.metadata
    this.#ticked.sent.push(backup.metadata.name)
    log('info', 'A backup was due', { schedule: name, due: due.toISOString(), backup: backup.metadata.name })
    const sent = (current: Schedule) => withoutClaimed(current, claimed.schedule)
    await changeSchedule(this.#store, name, sent, claimed)
  }

  /** `undefined` where somebody else has written meanwhile: then that tick does what is to be done, or the next one. */
  async #write(schedule: Schedule, condition: Condition): Promise<StoredSchedule | undefined> {
    try {
      return await writeSchedule(this.#store, schedule, condition)
    } catch (error) {
      if (error instanceof PreconditionFailedError) return undefined
      throw error
    }
  }

  #tell(schedule: string, problem: string, level: 'warn' | 'error' | undefined): void {
    this.#ticked.problems.push({ schedule, problem })
    if (level !== undefined) this.#options.log(level, "A schedule doesn't run as it should", { schedule, problem })
  }
}

const TAKEN =
  'lateen.yaml describes it, and the location has one of this name that was made otherwise: that one counts; delete it, or rename the other'
