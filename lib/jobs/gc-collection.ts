import { type Deletion, DeletionHeldError, type DeletionIntent, HeldDeletion } from '../bucket/deletions.ts'
import { writeDocument } from '../bucket/documents.ts'
import { collectionsPrefix } from '../bucket/layout.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readSchedule, scheduleNames } from '../bucket/schedules.ts'
import { isReadOnly } from '../config/location.ts'
import { type Deleted, deleteRecorded, finishDeletion, openDeletions } from '../gc/deletion.ts'
import { factsOf } from '../gc/facts.ts'
import { type BackupFacts, type Decision, decide } from '../gc/retention.ts'
import { messageOf } from '../velero/errors.ts'
import { foreignFiles } from './foreign-files.ts'
import { forgetRuns } from './forget-runs.ts'
import { inTurn } from './found-runs.ts'
import { type KnownSchedules, policies } from './gc-policies.ts'
import { type DeletedItem, emptyAccount, type GcAccount, type GcResult } from './gc-types.ts'
import { type Survey, survey } from './location-survey.ts'
import type { Announcing } from './notify/announce.ts'
import { catchUp } from './notify/catch-up.ts'
import { AT_ONCE, tellDamaged } from './read.ts'
import { begunSince, type RestoreSources, restoreSources } from './restore-sources.ts'
import { scheduleHealth } from './schedule-health.ts'
import { type SweepOptions, sweepRuns } from './sweep.ts'

/** Deletions at the same time: each waits for the store most of the time. */
const DELETIONS = 16

/** Deletions that are begun before the first of them is carried out: few enough that none waits for long. */
const BATCH = 128

/** Accounts of so long ago are of no use. In ms. */
const KEEP_ACCOUNTS_MS = 30 * 86_400_000

export interface CollectionOptions extends SweepOptions, Announcing {
  /** Its lease is lost: nothing more is begun. */
  lost: () => boolean
  /** Its time is over: the rest is for the next invocation. */
  stopping: () => boolean
}

/** One look through a location, and what follows from it. */
export class Collection {
  readonly #options: CollectionOptions
  readonly #account: GcAccount
  /** Something is gone that was there. */
  #forward = false
  /** Something was left for the next invocation. */
  #left = false

  constructor(options: CollectionOptions) {
    this.#options = options
    this.#account = emptyAccount(options.location.name, options.now())
  }

  async run(): Promise<GcResult> {
    const { store, dryRun } = this.#options
    const onDamaged = (error: Error) => this.#account.problems.push(error.message)
    const [backups, restores] = await Promise.all([
      survey(store, BACKUPS, factsOf, onDamaged),
      restoreSources(store, onDamaged),
    ])
    const schedules = await this.#schedules()
    const decisions = await this.#decide(backups, restores, schedules)
    if (!dryRun) {
      const finished = await this.#finishOld(restores)
      await this.#delete(decisions, backups, restores, finished)
    }
    await this.#lookAfterRuns(backups, restores).catch(this.#tell)
    await this.#tellOfEnds().catch(this.#tell)
    this.#account.kept = decisions.filter(({ keep }) => keep).length
    this.#account.ended = this.#options.now().toISOString()
    if (!dryRun) await this.#file()
    const how = dryRun ? 'dry-run' : this.#left ? 'continued' : 'finished'
    const health = scheduleHealth(backups.facts, schedules.known, this.#options.now())
    return { how, decisions, schedules: health, ...this.#account }
  }

  /** Whether to begin nothing more. Each invocation deletes something, if there is anything, however short its time. */
  get #stops(): boolean {
    const { lost, stopping } = this.#options
    const stops = lost() || (this.#forward && stopping())
    this.#left ||= stops
    return stops
  }

  async #decide(
    { facts }: Survey<BackupFacts>,
    { reading }: RestoreSources,
    schedules: KnownSchedules,
  ): Promise<Decision[]> {
    const { location, now } = this.#options
    const onProblem = (message: string) => this.#account.problems.push(message)
    return decide(facts, {
      policyOf: policies(facts, schedules, location.retention, onProblem),
      restoring: reading,
      now: now(),
      ...(isReadOnly(location) && { locked: `the location ${location.name} is read-only` }),
    })
  }

  /** One that can't be read is a problem. */
  async #schedules(): Promise<KnownSchedules> {
    const { store } = this.#options
    const damaged = new Set<string>()
    const names = (await Array.fromAsync(scheduleNames(store))).flat()
    const read = await inTurn(names, AT_ONCE, name =>
      readSchedule(store, name).catch(error =>
        tellDamaged(error, ({ message }) => {
          damaged.add(name)
          this.#account.problems.push(`${message}; all backups of this schedule stay`)
        }),
      ),
    )
    return { known: read.flatMap(stored => (stored === undefined ? [] : [stored.schedule])), damaged }
  }

  /** What a deletion that died has left, and what object lock has let go meanwhile; but for what a restore has begun to read since. Answers the backups. */
  async #finishOld({ reading, claims }: RestoreSources): Promise<DeletionIntent[]> {
    const { store, now } = this.#options
    const finish = <T extends Recorded>(kind: RecordKind<T>, intents: Deletion[]) =>
      inTurn(intents, DELETIONS, intent =>
        this.#one(kind, intent, () => deleteRecorded(store, kind, intent, this.#options)),
      )
    const ofBackups = await Array.fromAsync(openDeletions(store, BACKUPS, now(), this.#tell))
    const begun = await begunSince(store, claims)
    const unread = ofBackups.filter(({ name }) => !reading.has(name) && !begun.has(name))
    await finish(BACKUPS, unread)
    await finish(RESTORES, await Array.fromAsync(openDeletions(store, RESTORES, now(), this.#tell)))
    return unread
  }

  /** `finished`: what has had its turn. */
  async #delete(
    decisions: Decision[],
    { facts }: Survey<BackupFacts>,
    restores: RestoreSources,
    finished: readonly DeletionIntent[],
  ): Promise<void> {
    const before = new Map(finished.map(({ name, uid }) => [name, uid]))
    const uids = new Map(facts.map(({ name, uid }) => [name, uid]))
    const due = decisions
      .filter(({ keep, name }) => !keep && !(before.has(name) && before.get(name) === uids.get(name)))
      .map(({ name, reasons }) => {
        const uid = uids.get(name)
        return { name, reason: reasons.join('; '), restores: restores.ended.get(name) ?? [], ...(uid && { uid }) }
      })
    for (let at = 0; at < due.length; at += BATCH) await this.#deleteBatch(due.slice(at, at + BATCH), restores)
  }

  /** One look for all of them at restores that have begun since the survey. */
  async #deleteBatch(batch: Deletion[], { claims }: RestoreSources): Promise<void> {
    if (this.#stops) return
    const { store } = this.#options
    const held = new Map<string, HeldDeletion>()
    await inTurn(batch, DELETIONS, deletion =>
      this.#one(BACKUPS, deletion, async () => {
        held.set(deletion.name, await HeldDeletion.take(store, BACKUPS, deletion, this.#options))
        return undefined
      }),
    )
    try {
      const begun = await begunSince(store, claims)
      await inTurn([...held.values()], DELETIONS, each =>
        this.#one(BACKUPS, each.intent, async () => {
          held.delete(each.intent.name)
          if (!begun.has(each.intent.name)) return finishDeletion(store, BACKUPS, each, this.#options)
          await each.close()
          return undefined
        }),
      )
    } finally {
      // Time was over, or the store away: whoever continues need not wait.
      await inTurn([...held.values()], DELETIONS, each => each.release().catch(() => {}))
    }
  }

  /** One deletion; its failure delays no other. */
  async #one<T extends Recorded>(
    { word }: RecordKind<T>,
    { name, reason }: Pick<Deletion, 'name' | 'reason'>,
    work: () => Promise<Deleted | undefined>,
  ): Promise<void> {
    if (this.#stops) return
    try {
      const deleted = await work()
      if (!deleted) return
      const { how, removed, kept } = deleted
      const failures = kept.filter(({ locked }) => !locked)
      const problem = failures[0] && `${failures[0].key} can't be deleted: ${failures[0].message}`
      for (const { key, locked, until } of kept)
        if (locked) this.#account.locked.push({ key, ...(until && { until: until.toISOString() }) })
      if (how === 'another' || (removed === 0 && kept.length === 0)) return
      this.#report({ kind: word, name, reason, removed, ...(problem && { problem }) })
    } catch (error) {
      // Somebody else is at it, by a command or a message.
      if (error instanceof DeletionHeldError) return
      this.#report({ kind: word, name, reason, removed: 0, problem: messageOf(error) })
    }
  }

  /** Of one of many: the others are looked after all the same. */
  readonly #tell = (error: unknown): undefined => {
    this.#account.problems.push(messageOf(error))
  }

  #report(item: DeletedItem): void {
    this.#account.deleted.push(item)
    this.#forward ||= item.removed > 0
    if (item.problem) this.#account.problems.push(`${item.kind} ${item.name}: ${item.problem}`)
  }

  async #lookAfterRuns(backups: Survey<BackupFacts>, restores: RestoreSources): Promise<void> {
    if (this.#stops) return
    const names = { backup: backups.unrecorded, restore: restores.unrecorded }
    const { store, owner, now, dryRun } = this.#options
    const [swept, foreign] = await Promise.all([
      sweepRuns(names, this.#options),
      foreignFiles(store, backups.unrecorded, this.#tell),
      dryRun ? undefined : forgetRuns(store, { owner, now }, this.#tell),
    ])
    this.#account.runs = swept.runs
    this.#account.foreign = foreign.foreign
    this.#account.problems.push(...swept.problems, ...foreign.problems)
  }

  /** Whoever has not been told of a run of the last day, those that were ended just now among them. */
  async #tellOfEnds(): Promise<void> {
    if (this.#options.dryRun || this.#stops) return
    const ended = this.#account.runs.filter(({ what }) => what === 'ended')
    const unsent = await catchUp(new Set(ended.map(({ uid }) => uid)), this.#options)
    this.#account.unsent = unsent.length
    this.#account.problems.push(...unsent)
  }

  async #file(): Promise<void> {
    const { store, now, owner } = this.#options
    const stamp = this.#account.started.replaceAll(/\D/g, '').slice(0, 14)
    await writeDocument(store, `${collectionsPrefix}${stamp}-${owner.slice(-8)}.json`, this.#account)
    for await (const { objects } of store.list(collectionsPrefix)) {
      const old = objects.filter(({ lastModified }) => now().getTime() - lastModified.getTime() > KEEP_ACCOUNTS_MS)
      if (old.length > 0) await store.delete(old.map(({ key }) => key))
    }
  }
}
