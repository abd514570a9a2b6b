import { type BackupSource, type DamagedMemberError, readMembers, type SourceEntry } from '../bucket/archive-source.ts'
import { discover } from '../cluster/discovery.ts'
import type { RestoreAccount } from './account.ts'
import { Postponed, pause, poll, type RestoreControl } from './control.ts'
import { establishDefinitions } from './definitions.ts'
import { DEFINITIONS } from './names.ts'
import type { RestorePlan } from './plan.ts'
import { Places, type PositionState, START } from './position.ts'
import { Pump } from './pump.ts'
import { type Attempt, type ItemWork, restoreItem } from './restore-item.ts'
import { Deferred } from './writer.ts'

export interface RestoreWorkParts {
  source: BackupSource
  plan: RestorePlan
  items: ItemWork
  account: RestoreAccount
  control: RestoreControl
  from?: PositionState
  /** Told when a namespace was created by this restore; see Namespaces. */
  createdNamespaces: Set<string>
  onWave(wave: number | 'retry'): void
}

/** Between tries of what failed for reasons that pass, in ms, as long as nothing moves. */
const PATIENCE_MS = [500, 1_000, 2_000, 4_000, 8_000]

/** The way through a plan: wave after wave, all of a wave at the same time, and then what had to be put off. */
export class RestoreWork {
  readonly #parts: RestoreWorkParts
  readonly #open: Places
  readonly #pump = new Pump()
  #deferred: Places
  /** What is still to be tried again in this round. */
  #again: Places
  #rounds: PositionState['rounds']
  #member: number
  #entry: number
  #established: boolean
  /** Objects dealt with by this invocation. */
  done = 0

  constructor(parts: RestoreWorkParts) {
    const { member, entry, open, deferred, again, rounds, established } = parts.from ?? START
    this.#parts = parts
    this.#member = member
    this.#entry = entry
    this.#established = established
    this.#open = new Places(open.map(([at, one]) => [at, [one]]))
    this.#deferred = new Places(deferred)
    this.#again = new Places(again)
    this.#rounds = { ...rounds }
  }

  /** Where it stands at this very moment. */
  position(): PositionState {
    return {
      member: this.#member,
      entry: this.#entry,
      open: this.#open.state().flatMap(([member, entries]) => entries.map((one): [number, number] => [member, one])),
      deferred: this.#deferred.state(),
      again: this.#again.state(),
      rounds: { ...this.#rounds },
      established: this.#established,
      namespaces: [...this.#parts.createdNamespaces],
      waits: [...this.#parts.control.waits],
    }
  }

  /** Answers false where it stopped: the rest is for the next invocation. */
  async run(): Promise<boolean> {
    try {
      return (await this.#waves()) && (await this.#retries())
    } catch (error) {
      if (error instanceof Postponed) return false
      throw error
    } finally {
      // Whoever takes this run over must not find us still writing.
      await this.#pump.quiet()
    }
  }

  async #waves(): Promise<boolean> {
    const { members, waves } = this.#parts.plan
    const first = Math.min(this.#member, ...this.#open.members())
    // Whoever restored the definitions may have ended before they were served.
    if (isBehindDefinitions(this.#parts.plan, first)) await this.#establish()
    for (let wave = members[first]?.wave ?? waves.length; wave < waves.length; wave++) {
      const numbers = this.#numbersOf(wave, first)
      if (numbers.length === 0) continue
      this.#parts.onWave(wave)
      const isNew = (member: number, entry: number) =>
        member > this.#member || (member === this.#member && entry >= this.#entry)
      const left = new Places(this.#open.state())
      const wanted = (member: number, entry: number) => left.has(member, entry) || isNew(member, entry)
      if (!(await this.#feed(numbers, wanted, { again: false, last: false }))) return false
      if (waves[wave]?.resources.includes(DEFINITIONS)) await this.#establish()
    }
    return true
  }

  #numbersOf(wave: number, first: number): number[] {
    const { members } = this.#parts.plan
    const left = (number: number) => number >= this.#member || this.#open.hasMember(number)
    return [...members.keys().filter(number => number >= first && members[number]?.wave === wave && left(number))]
  }

  /** Again and again, until nothing moves any more; then what is left is an error. */
  async #retries(): Promise<boolean> {
    const { control, onWave, account, items } = this.#parts
    while (this.#deferred.size + this.#again.size > 0) {
      onWave('retry')
      const wait = PATIENCE_MS[this.#rounds.idle]
      if (this.#again.size === 0) {
        if (wait !== undefined) await pause(control, wait)
        if (this.#stopping) return false
        items.kinds.update(await discover(items.writer.transport))
        const { size } = this.#deferred
        account.info('Trying again what failed for reasons that may have passed', { items: size })
        this.#rounds.size = size
        this.#again = this.#deferred
        this.#deferred = new Places()
      }
      const again = new Places(this.#again.state())
      const attempt = { again: true, last: wait === undefined }
      if (!(await this.#feed(again.members(), (member, entry) => again.has(member, entry), attempt))) return false
      this.#rounds.idle = this.#deferred.size < this.#rounds.size ? 0 : this.#rounds.idle + 1
    }
    return true
  }

  /** Answers false where it stopped. Throws what ends the run. */
  async #feed(
    numbers: readonly number[],
    wanted: (member: number, entry: number) => boolean,
    attempt: Attempt,
  ): Promise<boolean> {
    const { source, plan, control, account } = this.#parts
    const members = numbers.map(number => plan.members[number]?.member).filter(member => member !== undefined)
    let at = 0
    for await (const read of readMembers(source, members, control.signal)) {
      const number = numbers[at++] as number
      if (read.damage !== undefined) this.#giveUp(read.damage, number)
      for (const [entry, item] of read.entries.entries()) {
        if (!wanted(number, entry)) continue
        if (this.#stopping) return false
        this.#begin(number, entry)
        await this.#pump.add(item.json.length, () => this.#restore(number, entry, item, attempt))
      }
      this.#advance(number + 1, 0)
      await account.drained()
      if (this.#stopping && at < numbers.length) return false
    }
    await this.#pump.idle()
    return this.#open.size === 0
  }

  /** Each invocation deals with something, however short its time. */
  get #stopping(): boolean {
    const { signal, stopping } = this.#parts.control
    return signal.aborted || (this.done > 0 && stopping())
  }

  #begin(member: number, entry: number): void {
    this.#open.add(member, entry)
    this.#again.delete(member, entry)
    this.#advance(member, entry + 1)
  }

  #advance(member: number, entry: number): void {
    if (member < this.#member || (member === this.#member && entry <= this.#entry)) return
    this.#member = member
    this.#entry = entry
  }

  async #restore(member: number, entry: number, item: SourceEntry, attempt: Attempt): Promise<void> {
    const { items, account } = this.#parts
    try {
      const outcome = await restoreItem(items, item, attempt)
      // All of what follows in one breath: a checkpoint finds the item open, or accounted for.
      if (outcome !== undefined) account.add(outcome)
    } catch (error) {
      if (error instanceof Postponed) return
      if (!(error instanceof Deferred)) throw error
      this.#deferred.add(member, entry)
    }
    this.#open.delete(member, entry)
    this.done++
  }

  /** What is left of a member that can't be read, now or any more. */
  #giveUp(damage: DamagedMemberError, number: number): void {
    const isNew = number > this.#member || (number === this.#member && this.#entry === 0)
    const known = [this.#open, this.#again].map(places => places.forget(number))
    if (!isNew && !known.includes(true)) return
    this.#parts.account.report({ level: 'error', message: `${damage.message}. ${damage.next ?? ''}`.trim() })
    this.done++
  }

  /** Once in a restore: what is wrong with definitions is told once. */
  async #establish(): Promise<void> {
    if (this.#established) return
    const { items, account, control } = this.#parts
    const { established, findings } = await establishDefinitions(items.writer)
    // Discovery lags a little behind.
    await poll(control, 'discovery', DISCOVERY_LIMIT_MS, async () => {
      items.kinds.update(await discover(items.writer.transport))
      return established.every(name => items.kinds.serves(name)) ? true : undefined
    })
    for (const finding of findings) account.report(finding)
    this.#established = true
  }
}

/** Of what is served but not told of: what is not there then is tried again at the end. */
const DISCOVERY_LIMIT_MS = 5_000

function isBehindDefinitions({ members, waves }: RestorePlan, first: number): boolean {
  const at = members.find(({ member }) => member.resource === DEFINITIONS)?.wave
  return at !== undefined && (members[first]?.wave ?? waves.length) > at
}
