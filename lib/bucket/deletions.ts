import { type ObjectStore, PreconditionFailedError, StoreError } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import type { Timestamp } from '../velero/types.ts'
import { type Document, documentNames, readDocument, writeDocument } from './documents.ts'
import { deletionsPrefix } from './layout.ts'
import type { Recorded, RecordKind } from './record-kinds.ts'

type Kind = Pick<RecordKind<Recorded>, 'word'>

export interface DeletedName {
  name: string
  /** Of the record that is meant; a restore by Velero has none. */
  uid?: string
}

/** What is to be deleted, and why. */
export interface Deletion extends DeletedName {
  /** For people. */
  reason: string
  /** Of a backup: the restores from it, which go with it. */
  restores: DeletedName[]
}

/**
 * That a backup or restore is being deleted. While it stands its name can't be claimed, and whoever finds it after `expires`
 * goes on with what it says: the record may be gone already.
 */
export interface DeletionIntent extends Deletion {
  requested: Timestamp
  /** Who works on it, until when. */
  owner: string
  expires: Timestamp
  /** What is left is under object lock until then. */
  notBefore?: Timestamp
}

/** Somebody else deletes it at this moment. */
export class DeletionHeldError extends LateenError {
  constructor({ word }: Kind, { name, owner, expires }: DeletionIntent) {
    super(`the ${word} ${JSON.stringify(name)} is being deleted by ${owner}`, {
      next: `Wait for its end; if it died, the same command goes on with it from ${expires}.`,
    })
  }
}

/** How long a deletion is its holder's without a renewal, and how much of that is left when it is renewed. In ms. */
const HOLD_MS = 60_000
const RENEW_MS = 40_000

export function readIntent(
  store: ObjectStore,
  kind: Kind,
  name: string,
): Promise<Document<DeletionIntent> | undefined> {
  return readDocument<DeletionIntent>(store, deletionKey(kind, name))
}

/** Names of all that is being deleted, of one kind. */
export function intendedNames(store: ObjectStore, { word }: Kind): AsyncGenerator<string> {
  return documentNames(store, `${deletionsPrefix}${word}s/`)
}

function deletionKey({ word }: Kind, name: string): string {
  return `${deletionsPrefix}${word}s/${name}.json`
}

/** Who deletes, and by which clock. */
export interface Deleter {
  /** Unique for each invocation. */
  owner: string
  now: () => Date
}

/**
 * The right to delete something: an intent that nobody else works on. Two at work on one name would be harm: the slower could
 * remove what has been made under the name since the faster was done.
 */
export class HeldDeletion {
  intent: DeletionIntent
  readonly #store: ObjectStore
  readonly #kind: Kind
  readonly #now: () => Date
  #etag: string
  #last: Promise<void> = Promise.resolve()
  #over = false

  private constructor(store: ObjectStore, kind: Kind, intent: DeletionIntent, etag: string, now: () => Date) {
    this.#store = store
    this.#kind = kind
    this.intent = intent
    this.#etag = etag
    this.#now = now
  }

  /**
   * An earlier intent for the same record counts, and is taken over where its holder died; one for an earlier record of the name is
   * replaced, for its record is long gone. Throws DeletionHeldError.
   */
  static async take(
    store: ObjectStore,
    kind: Kind,
    deletion: Deletion,
    { owner, now }: Deleter,
  ): Promise<HeldDeletion> {
    const key = deletionKey(kind, deletion.name)
    const held = { owner, expires: later(now()) }
    const fresh = { ...deletion, requested: now().toISOString(), ...held }
    try {
      const etag = await writeDocument(store, key, fresh, { ifNoneMatch: '*' })
      return new HeldDeletion(store, kind, fresh, etag, now)
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error
    }
    const there = await readIntent(store, kind, deletion.name)
    // Somebody has finished just now, or has taken it over.
    if (there === undefined) throw new DeletionHeldError(kind, fresh)
    if (new Date(there.value.expires) > now()) throw new DeletionHeldError(kind, there.value)
    const intent = there.value.uid === deletion.uid ? { ...there.value, ...held } : fresh
    const etag = await writeDocument(store, key, intent, { ifMatch: there.etag }).catch(error => {
      throw error instanceof PreconditionFailedError ? new DeletionHeldError(kind, there.value) : error
    })
    return new HeldDeletion(store, kind, intent, etag, now)
  }

  /** To be called before anything is removed: makes sure that it stays ours for some time. Throws DeletionHeldError. Calls queue up. */
  assure(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#over) throw new DeletionHeldError(this.#kind, this.intent)
      const left = new Date(this.intent.expires).getTime() - this.#now().getTime()
      if (left < RENEW_MS) await this.#write({ expires: later(this.#now()) })
    })
  }

  /** Nothing is left to do, or nothing was to be done. Throws StoreError. */
  async close(): Promise<void> {
    await this.assure()
    const key = deletionKey(this.#kind, this.intent.name)
    const [failure] = await this.#store.delete([key])
    if (failure === undefined) return
    throw new StoreError(`${JSON.stringify(key)} can't be deleted: ${failure.message}`, {
      code: failure.code,
      next: 'Allow deleting in the bucket; until then the name is not free.',
    })
  }

  /** Lets others go on at once. Nothing may be removed by this one any more. */
  release(): Promise<void> {
    return this.#end({})
  }

  /** Nothing can be done before then. What went with it has intents of its own. */
  wait(notBefore: Date): Promise<void> {
    return this.#end({ notBefore: notBefore.toISOString(), restores: [] })
  }

  #end(change: Partial<DeletionIntent>): Promise<void> {
    return this.#inTurn(async () => {
      this.#over = true
      await this.#write({ ...change, expires: this.#now().toISOString() })
    })
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.#last.then(work)
    this.#last = next.catch(() => {})
    return next
  }

  async #write(change: Partial<DeletionIntent>): Promise<void> {
    const intent = { ...this.intent, ...change }
    const key = deletionKey(this.#kind, intent.name)
    this.#etag = await writeDocument(this.#store, key, intent, { ifMatch: this.#etag }).catch(error => {
      throw error instanceof PreconditionFailedError ? new DeletionHeldError(this.#kind, this.intent) : error
    })
    this.intent = intent
  }
}

function later(now: Date): Timestamp {
  return new Date(now.getTime() + HOLD_MS).toISOString()
}
