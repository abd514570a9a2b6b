import type { DeletionIntent } from '../bucket/deletions.ts'
import { writeDocument } from '../bucket/documents.ts'
import { collectionsPrefix } from '../bucket/layout.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readSchedule, scheduleNames } from '../bucket/schedules.ts'
import { isReadOnly } from '../config/location.ts'
import { type Deleted, deleteRecorded, finishDeletion, openDeletions } from '../gc/deletion.ts'
import { factsOf } from '../gc/facts.ts'
import { type BackupFacts, type Decision, decide } from '../gc/retention.ts'
import { messageOf } from '../velero/errors.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { foreignFiles } from './foreign-files.ts'
import { forgetRuns } from './forget-runs.ts'
import { inTurn } from './found-runs.ts'
import { policies } from './gc-policies.ts'
import { type DeletedItem, emptyAccount, type GcAccount, type GcResult } from './gc-types.ts'
import { type Survey, survey } from './location-survey.ts'
import { AT_ONCE, tellDamaged } from './read.ts'
import { type RestoreSources, restoreSources } from './restore-sources.ts'
import { type SweepOptions, sweepRuns } from './sweep.ts'

/** Deletions at the same time: each waits for the store most of the time. */
const DELETIONS = 16

/** Accounts of so long ago are of no use. In ms. */
const KEEP_ACCOUNTS_MS = 30 * 86_400_000

export interface CollectionOptions extends SweepOptions {
  /** The work is to end: nothing more is begun. */
  stopped: () => boolean
}

/** One look through a location, and what follows from it. */
export class Collection {
  readonly #options: CollectionOptions
  readonly #account: GcAccount

  constructor(options: CollectionOptions) {
    this.#options = options
    this.#account = emptyAccount(options.location.name, options.now())
  }

  async run(): Promise<GcResult> {
    const { store, dryRun, stopped } = this.#options
    const onDamaged = (error: Error) => this.#account.problems.push(error.message)
    const [backups, restores] = await Promise.all([
      survey(store, BACKUPS, factsOf, onDamaged),
      restoreSources(store, onDamaged),
    ])
    const decisions = await this.#decide(backups, restores)
    if (!dryRun) {
      await this.#finishOld(restores)
      await this.#delete(decisions, backups, restores)
    }
    await this.#lookAfterRuns(backups, restores)
    this.#account.kept = decisions.filter(({ keep }) => keep).length
    this.#account.ended = this.#options.now().toISOString()
    if (!dryRun) await this.#file()
    const how = dryRun ? 'dry-run' : stopped() ? 'continued' : 'finished'
    return { how, decisions, ...this.#account }
  }

  async #decide({ facts }: Survey<BackupFacts>, { reading }: RestoreSources): Promise<Decision[]> {
    const { location, now } = this.#options
    const schedules = await this.#schedules()
    const onProblem = (message: string) => this.#account.problems.push(message)
    return decide(facts, {
      policyOf: policies(facts, schedules, location.retention, onProblem),
      restoring: reading,
      now: now(),
      ...(isReadOnly(location) && { locked: `the location ${location.name} is read-only` }),
    })
  }

  /** One that can't be read is a problem; its backups say themselves under which policy they were made. */
  async #schedules(): Promise<Schedule[]> {
    const { store } = this.#options
    const names = (await Array.fromAsync(scheduleNames(store))).flat()
    const read = await inTurn(names, AT_ONCE, name =>
      readSchedule(store, name).catch(error =>
        tellDamaged(error, ({ message }) => this.#account.problems.push(message)),
      ),
    )
    return read.flatMap(stored => (stored === undefined ? [] : [stored.schedule]))
  }

  /** What a deletion that died has left, and what object lock has let go meanwhile; but for what a restore has begun to read since. */
  async #finishOld({ reading }: RestoreSources): Promise<void> {
    const { store, now } = this.#options
    const finish = async <T extends Recorded>(kind: RecordKind<T>) => {
      const all = await Array.fromAsync(openDeletions(store, kind, now()))
      const intents = all.filter(({ name }) => kind.word === 'restore' || !reading.has(name))
      await inTurn(intents, DELETIONS, intent =>
        this.#one(kind, intent, () => finishDeletion(store, kind, intent, now())),
      )
    }
    await finish(BACKUPS)
    await finish(RESTORES)
  }

  async #delete(decisions: Decision[], { facts }: Survey<BackupFacts>, { ended }: RestoreSources): Promise<void> {
    const { store, now } = this.#options
    const uids = new Map(facts.map(({ name, uid }) => [name, uid]))
    const due = decisions.filter(({ keep }) => !keep)
    await inTurn(due, DELETIONS, ({ name, reasons }) => {
      const uid = uids.get(name)
      const target = { name, reason: reasons.join('; '), restores: ended.get(name) ?? [], ...(uid && { uid }) }
      return this.#one(BACKUPS, target, () => deleteRecorded(store, BACKUPS, target, now()))
    })
  }

  /** One deletion; its failure delays no other. */
  async #one<T extends Recorded>(
    { word }: RecordKind<T>,
    { name, reason }: Pick<DeletionIntent, 'name' | 'reason'>,
    remove: () => Promise<Deleted>,
  ): Promise<void> {
    if (this.#options.stopped()) return
    try {
      const { how, removed, kept } = await remove()
      const failures = kept.filter(({ locked }) => !locked)
      const problem = failures[0] && `${failures[0].key} can't be deleted: ${failures[0].message}`
      for (const { key, locked, until } of kept)
        if (locked) this.#account.locked.push({ key, ...(until && { until: until.toISOString() }) })
      if (how === 'another' || (removed === 0 && kept.length === 0)) return
      this.#report({ kind: word, name, reason, removed, ...(problem && { problem }) })
    } catch (error) {
      this.#report({ kind: word, name, reason, removed: 0, problem: messageOf(error) })
    }
  }

  #report(item: DeletedItem): void {
    this.#account.deleted.push(item)
    if (item.problem) this.#account.problems.push(`${item.kind} ${item.name}: ${item.problem}`)
  }

  async #lookAfterRuns(backups: Survey<BackupFacts>, restores: RestoreSources): Promise<void> {
    if (this.#options.stopped()) return
    const names = { backup: backups.unrecorded, restore: restores.unrecorded }
    const { store, now, dryRun } = this.#options
    const [swept, foreign] = await Promise.all([
      sweepRuns(names, this.#options),
      foreignFiles(store, backups.unrecorded),
      dryRun ? undefined : forgetRuns(store, now()),
    ])
    this.#account.runs = swept.runs
    this.#account.foreign = foreign.foreign
    this.#account.problems.push(...swept.problems, ...foreign.problems)
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
