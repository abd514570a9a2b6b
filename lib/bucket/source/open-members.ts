import { byBytes } from '../../velero/byte-order.ts'
import { BufferPool, MemberBuilder } from '../member.ts'
import type { ObjectPlace } from './entry-path.ts'
import { HostileArchiveError } from './errors.ts'
import { MOST_KINDS } from './limits.ts'
import type { MemberStash } from './stash.ts'

/** A member that a scan makes. */
export interface ScannedMember {
  resource: string
  version: string
  items: number
  first: string
  last: string
}

/** Of all members in the making together, and how many of them: archives come in any order. */
const MOST_OPEN_BYTES = 8 << 20
const MOST_OPEN = 512

interface Open {
  member: ScannedMember
  builder: MemberBuilder
}

/** Sorts an archive's entries into members as they come. Which entry goes into which depends on their order alone. */
export class OpenMembers {
  /** Those that are complete, in the archive's order within each resource. */
  readonly members: ScannedMember[] = []
  #stash: MemberStash<ScannedMember>
  #pool = new BufferPool()
  #open = new Map<string, Open>()
  #bytes = 0
  #kinds = new Set<string>()

  constructor(stash: MemberStash<ScannedMember>) {
    this.#stash = stash
  }

  /** Copies an entry. Answers which of its member's entries it is, from 0. Throws HostileArchiveError. */
  add(place: ObjectPlace, path: string, json: Buffer): { member: ScannedMember; number: number } {
    const kind = place.version === '' ? place.resource : `${place.resource}/${place.version}`
    let open = this.#open.get(kind)
    if (open?.builder.fits([path], json.length) === false) {
      this.#seal(kind, open)
      open = undefined
    }
    open ??= this.#begin(kind, place)
    const { member, builder } = open
    const before = builder.length
    builder.add([path], { json })
    this.#bytes += builder.length - before
    const key = place.namespace === '' ? place.name : `${place.namespace}/${place.name}`
    const number = member.items++
    if (number === 0 || byBytes(key, member.first) < 0) member.first = key
    if (number === 0 || byBytes(key, member.last) > 0) member.last = key
    if (this.#bytes > MOST_OPEN_BYTES) this.#sealLargest()
    return { member, number }
  }

  sealAll(): void {
    for (const [kind, open] of [...this.#open]) this.#seal(kind, open)
  }

  #begin(kind: string, { resource, version }: ObjectPlace): Open {
    if (this.#kinds.add(kind).size > MOST_KINDS) throw new HostileArchiveError(`it has more than ${MOST_KINDS} kinds`)
    const [oldest] = this.#open
    if (oldest !== undefined && this.#open.size >= MOST_OPEN) this.#seal(...oldest)
    const member = { resource, version, items: 0, first: '', last: '' }
    const open = { member, builder: new MemberBuilder(this.#pool.take(), 0) }
    this.#open.set(kind, open)
    return open
  }

  #sealLargest(): void {
    const [largest] = [...this.#open].sort(([, a], [, b]) => b.builder.length - a.builder.length)
    if (largest !== undefined) this.#seal(...largest)
  }

  #seal(kind: string, { member, builder }: Open): void {
    this.#open.delete(kind)
    this.#bytes -= builder.length
    this.members.push(member)
    const { tar, buffer } = builder.take()
    this.#stash.put(member, tar, () => this.#pool.give(buffer))
  }
}
