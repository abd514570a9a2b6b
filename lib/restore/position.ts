/** How far a restore has come, as a checkpoint keeps it: places in the plan's list of members, and of entries in them. */
export interface PositionState {
  /** All before this entry of this member were begun. */
  member: number
  entry: number
  /** Begun and not done: to be done again. */
  open: [member: number, entry: number][]
  /** To be tried again when all others are done. */
  deferred: [member: number, entries: number[]][]
  /** Of the round of tries at hand: what is left of it. */
  again: [member: number, entries: number[]][]
  /** How many objects it began with, and how many rounds there were in which nothing moved. */
  rounds: { size: number; idle: number }
  /** The definitions that were restored are served, or it was told that they are not. */
  established: boolean
  /** Namespaces that this restore created. */
  namespaces: string[]
  /** What is waited for, and since when, in ms. */
  waits: [what: string, since: number][]
}

export const START: PositionState = {
  member: 0,
  entry: 0,
  open: [],
  deferred: [],
  again: [],
  rounds: { size: 0, idle: 0 },
  established: false,
  namespaces: [],
  waits: [],
}

/** Entries by member, in few bytes each. */
export class Places {
  readonly #entries = new Map<number, Set<number>>()
  size = 0

  constructor(from: Iterable<[number, Iterable<number>]> = []) {
    for (const [member, entries] of from) for (const entry of entries) this.add(member, entry)
  }

  add(member: number, entry: number): void {
    const entries = this.#entries.get(member) ?? new Set()
    if (entries.has(entry)) return
    this.#entries.set(member, entries.add(entry))
    this.size++
  }

  delete(member: number, entry: number): void {
    const entries = this.#entries.get(member)
    if (entries?.delete(entry) !== true) return
    if (entries.size === 0) this.#entries.delete(member)
    this.size--
  }

  /** Drops a member's; answers whether there were any. */
  forget(member: number): boolean {
    this.size -= this.#entries.get(member)?.size ?? 0
    return this.#entries.delete(member)
  }

  has(member: number, entry: number): boolean {
    return this.#entries.get(member)?.has(entry) === true
  }

  hasMember(member: number): boolean {
    return this.#entries.has(member)
  }

  /** Members that have any, in order. */
  members(): number[] {
    return [...this.#entries.keys()].sort((a, b) => a - b)
  }

  state(): [number, number[]][] {
    return this.members().map(member => [member, [...(this.#entries.get(member) ?? [])].sort((a, b) => a - b)])
  }
}
