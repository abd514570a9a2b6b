import type { ArchiveWriter } from '../bucket/archive-writer.ts'
import { gzip, LEVEL } from '../bucket/gzip.ts'
import { type BufferPool, contentSize, type EntryContent, MemberBuilder } from '../bucket/member.ts'
import { compareKeys } from '../cluster/item.ts'
import { type Account, type Batch, type Cursor, emptyBatch } from './account.ts'
import type { Finding } from './select/types.ts'
import type { Semaphore } from './semaphore.ts'

/** What all lanes of a run share. */
export interface Sink {
  archive: ArchiveWriter
  account: Account
  pool: BufferPool
  /** How many members are compressed at once, over all lanes; each takes some MiB. */
  compressors: Semaphore
  /** Of tar in a member, at most. */
  memberBytes: number
  /** Seconds since 1970, for the entries' headers. */
  mtime: number
  /** Bytes of archive, for progress. */
  onBytes(count: number): void
}

/** An item that is to be stored, with all that comes with it. */
export interface StoredItem {
  key: string
  namespace: string
  paths: readonly string[]
  content: EntryContent
  listed: string
  log: string
}

/** Log lines and findings in a batch: of a member's items there are fewer. */
const MOST_SAID = 5000

/**
 * The way of one unit's items into the archive: they gather in a member, full members are compressed side by side and
 * appended in this lane's order, and with each its batch is committed in the same breath. So at any moment the account
 * tells of exactly what the archive holds.
 */
export class Lane {
  #sink: Sink
  #resource: string
  #unit: string
  #builder: MemberBuilder | undefined
  #batch: Batch
  #last: Promise<void> = Promise.resolve()
  #failure: unknown

  constructor(sink: Sink, resource: string, unit: string, cursor: Cursor) {
    this.#sink = sink
    this.#resource = resource
    this.#unit = unit
    this.#batch = emptyBatch(unit, cursor)
  }

  /** What the items of the member in the making bring with them. */
  get batch(): Batch {
    return this.#batch
  }

  /** Takes an item, copying its bytes. Answers a promise where a full member had to go first. */
  add(item: StoredItem, cursor: Cursor): Promise<void> | undefined {
    let sealed: Promise<void> | undefined
    if (this.#builder?.fits(item.paths, contentSize(item.content)) === false) sealed = this.seal()
    this.#builder ??= new MemberBuilder(this.#sink.pool.take(), this.#sink.mtime, this.#sink.memberBytes)
    this.#builder.add(item.paths, item.content)
    const batch = this.#batch
    // Lists of some APIs, and orderedResources, have an order of their own.
    if (batch.items++ === 0) batch.first = batch.last = item.key
    else if (compareKeys(item.key, batch.last) > 0) batch.last = item.key
    else if (compareKeys(item.key, batch.first) < 0) batch.first = item.key
    batch.listed.push(item.listed)
    if (item.namespace !== '') batch.namespaces.add(item.namespace)
    batch.log.push(item.log)
    batch.cursor = cursor
    return sealed
  }

  /**
   * Says of an item why it is not stored; said once, for the next holder goes on behind it. Answers a promise where so
   * much was said that it had to go first.
   */
  leaveOut(cursor: Cursor, said: { log?: string; finding?: Finding }): Promise<void> | undefined {
    const { log, findings } = this.#batch
    if (said.log !== undefined) log.push(said.log)
    if (said.finding !== undefined) findings.push(said.finding)
    this.#batch.cursor = cursor
    return log.length + findings.length < MOST_SAID ? undefined : this.seal()
  }

  /** Sends off the member in the making. Waits for a place among the compressors, not for the compression. */
  async seal(): Promise<void> {
    const builder = this.#builder
    const batch = this.#batch
    this.#builder = undefined
    this.#batch = emptyBatch(this.#unit, batch.cursor)
    if (this.#failure !== undefined) throw this.#failure
    const before = this.#last
    if (builder === undefined) {
      this.#follow(before.then(() => this.#sink.account.commit(batch, undefined)))
      return
    }
    const done = Promise.withResolvers<void>()
    this.#follow(done.promise)
    const release = await this.#sink.compressors.acquire()
    const { tar, buffer } = builder.take()
    const compressed = gzip(tar, LEVEL.archive).finally(() => this.#sink.pool.give(buffer))
    Promise.all([compressed, before])
      .then(([gz]) => this.#append(gz, batch))
      .then(done.resolve, done.reject)
      .finally(release)
  }

  /** Sends off what there is, and is done when all of it is in the archive. Throws what failed on the way. */
  async finish(cursor: Cursor): Promise<void> {
    this.#batch.cursor = cursor
    await this.seal()
    await this.#last.catch(() => {})
    if (this.#failure !== undefined) throw this.#failure
  }

  async #append(gz: Buffer, batch: Batch): Promise<void> {
    const { items, first, last } = batch
    const { member, done } = this.#sink.archive.append(gz, { resource: this.#resource, items, first, last })
    this.#sink.account.commit(batch, member)
    this.#sink.onBytes(gz.length)
    await done
    await this.#sink.account.drained()
  }

  #follow(next: Promise<void>): void {
    this.#last = next
    next.catch(error => {
      this.#failure ??= error
    })
  }
}
