import { createHash } from 'node:crypto'
import { readBytes } from '../../bucket/documents.ts'
import { doctorPrefix } from '../../bucket/layout.ts'
import { type Condition, type ObjectStore, PreconditionFailedError, StoreError } from '../../store/types.ts'
import { messageOf } from '../../velero/errors.ts'
import { attempt, clockCheck, failure, ok, problem, warning } from './checks.ts'
import type { LocationParts } from './location.ts'
import { protectionCheck } from './protection.ts'
import type { Check } from './types.ts'

/** Of what is written by one PUT: more than a signature's chunk, so that framing between chunks would show. In bytes. */
const OBJECT_BYTES = 192 << 10
/** Beyond this `lateen gc` deletes nothing. In ms. */
const MOST_SKEW_MS = 5 * 60_000
/** What an earlier doctor has left, who was killed. In ms. */
const STALE_MS = 3_600_000

const USE_ANOTHER = 'Use another store, or another version of it: see Compatible stores in docs/stores.md.'

/** Does to a location what runs do, below a folder of its own, and takes it away again whatever comes. */
export class StoreTrial {
  readonly #store: ObjectStore
  readonly #parts: LocationParts
  readonly #folder: string
  readonly #uploads: { key: string; uploadId: string }[] = []

  constructor(store: ObjectStore, parts: LocationParts) {
    this.#store = store
    this.#parts = parts
    this.#folder = `${doctorPrefix}${parts.id}/`
  }

  async run(): Promise<Check[]> {
    const checks: Check[] = []
    try {
      checks.push(...(await this.#attempt('write', () => this.#write())))
      if (checks.every(({ verdict }) => verdict === 'ok')) {
        const tried = await Promise.all([
          this.#attempt('read', () => this.#readBack()),
          this.#attempt('If-None-Match', () => this.#ifNoneMatch()),
          this.#attempt('If-Match', () => this.#ifMatch()),
          this.#attempt('multipart', () => this.#multipart()),
          this.#attempt('clock', () => this.#clock()),
          this.#attempt('versions', async () =>
            protectionCheck(this.#what('versions'), await this.#store.protection?.()),
          ),
        ])
        checks.push(...tried.flat(), ...(await this.#attempt('delete', () => this.#delete())))
      }
    } finally {
      checks.push(...(await this.#cleanUp()))
    }
    return checks
  }

  #what(which: string): string {
    return `${this.#parts.word}: ${which}`
  }

  async #attempt(which: string, check: () => Promise<Check | Check[]>): Promise<Check[]> {
    return this.#parts.signal?.aborted ? [] : attempt(this.#what(which), check)
  }

  /** Without a condition, so that a store that knows none is told from one that refuses us. */
  async #write(): Promise<Check> {
    await this.#store.put(`${this.#folder}object`, this.#bytes('object', OBJECT_BYTES))
    return ok(this.#what('write'), 'objects can be written')
  }

  async #readBack(): Promise<Check> {
    const what = this.#what('read')
    const key = `${this.#folder}object`
    const sent = this.#bytes('object', OBJECT_BYTES)
    const found = await readBytes(this.#store, key)
    if (!found.equals(sent)) return problem(what, 'unfit', damage(sent, found), USE_ANOTHER)
    const part = await readAll(this.#store, key, { start: 1000, end: 1999 })
    if (!part.equals(sent.subarray(1000, 2000)))
      return problem(what, 'unfit', 'a part of an object (Range) is read as other bytes than were written', USE_ANOTHER)
    return ok(what, 'what was written is read byte for byte, also in parts')
  }

  async #ifNoneMatch(): Promise<Check> {
    const key = `${this.#folder}if-none-match`
    const put = (content: string) => this.#store.put(key, content, { ifNoneMatch: '*' })
    await put('first')
    return this.#enforced('If-None-Match', () => put('second'))
  }

  async #ifMatch(): Promise<Check> {
    const key = `${this.#folder}if-match`
    const put = (content: string, condition?: Condition) => this.#store.put(key, content, condition)
    const { etag } = await put('first')
    await put('second', { ifMatch: etag })
    return this.#enforced('If-Match', () => put('third', { ifMatch: etag }))
  }

  /** Two parts, a list, a completion; and one more that must not replace what is there. */
  async #multipart(): Promise<Check[]> {
    const { sizes } = this.#parts.around
    const key = `${this.#folder}upload`
    const parts = [this.#bytes('part 1', sizes.part), this.#bytes('part 2', 1000)]
    const first = await this.#upload(key, parts)
    const listed = await this.#listed(first.uploadId)
    await first.complete()
    const found = await readBytes(this.#store, key)
    const what = this.#what('multipart')
    if (!found.equals(Buffer.concat(parts)))
      return [problem(what, 'unfit', damage(Buffer.concat(parts), found), USE_ANOTHER), listed]
    const second = await this.#upload(key, [this.#bytes('other', 1000)])
    const enforced = await this.#enforced('multipart', () => second.complete())
    return [
      enforced.verdict === 'ok' ? ok(what, 'uploads in parts work, and do not replace what is there') : enforced,
      listed,
    ]
  }

  async #upload(key: string, bodies: readonly Buffer[]) {
    const store = this.#store
    const uploadId = await store.createUpload(key)
    this.#uploads.push({ key, uploadId })
    const parts = await Promise.all(bodies.map((body, i) => store.uploadPart(key, uploadId, i + 1, body)))
    return { uploadId, complete: () => store.completeUpload(key, uploadId, parts, { ifNoneMatch: '*' }) }
  }

  async #listed(uploadId: string): Promise<Check> {
    const what = this.#what('uploads')
    const next =
      'Allow s3:ListBucketMultipartUploads, or let a lifecycle rule end unfinished uploads: a run that is killed may leave one.'
    try {
      for await (const upload of this.#store.listUploads())
        if (upload.uploadId === uploadId) return ok(what, 'unfinished uploads can be listed')
      return warning(what, 'the list of unfinished uploads lacks one', next)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      return warning(what, messageOf(error), next)
    }
  }

  /** `write` must be refused. */
  async #enforced(which: string, write: () => Promise<unknown>): Promise<Check> {
    try {
      await write()
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error
      return ok(this.#what(which), 'the condition is enforced')
    }
    const detail = `${which === 'multipart' ? 'If-None-Match of a completed upload' : which} is ignored: a write that had to be refused was carried out`
    return problem(this.#what(which), 'unfit', detail, `Two runs at once may lose a backup here. ${USE_ANOTHER}`)
  }

  async #clock(): Promise<Check> {
    const what = this.#what('clock')
    const key = `${this.#folder}clock`
    const sent = this.#parts.now().getTime()
    await this.#store.put(key, 'clock')
    const written = (await this.#store.head(key))?.lastModified
    const next =
      'Set the clock of this machine, or of the store: beyond 5 minutes `lateen gc` deletes nothing, beyond 15 S3 refuses all requests.'
    if (written === undefined) return problem(what, 'unfit', 'what was just written is not there', USE_ANOTHER)
    return clockCheck(what, written.getTime() - (sent + this.#parts.now().getTime()) / 2, MOST_SKEW_MS, next)
  }

  async #delete(): Promise<Check> {
    const what = this.#what('delete')
    const keys = await this.#keys(this.#folder)
    const [refused] = await this.#store.delete(keys)
    const next = 'Allow s3:DeleteObject: segments and checkpoints of runs that have ended are deleted.'
    if (refused !== undefined)
      return problem(what, 'refused', `${refused.key} can't be deleted: ${refused.message}`, next)
    const [left] = await this.#keys(this.#folder)
    if (left !== undefined) return problem(what, 'unfit', `${left} is still there after it was deleted`, USE_ANOTHER)
    return ok(what, `what was written is deleted (${keys.length} objects)`)
  }

  /** Versions too, where the bucket keeps any and lets us. Answers what stays. */
  async #cleanUp(): Promise<Check[]> {
    const what = this.#what('clean-up')
    try {
      const aborted = await Promise.allSettled(
        this.#uploads.map(({ key, uploadId }) => this.#store.abortUpload(key, uploadId)),
      )
      const stale = this.#parts.now().getTime() - STALE_MS
      await this.#store.delete(await this.#keys(doctorPrefix, time => time < stale))
      const kept = await this.#purge()
      const refused = aborted.find(end => end.status === 'rejected')
      if (refused !== undefined) throw refused.reason
      if (kept.length === 0) return []
      return [
        warning(
          what,
          `object lock keeps ${kept.length} versions of what was written: ${kept[0]}`,
          'They are in no list any more; delete them when their lock ends.',
        ),
      ]
    } catch (error) {
      const { detail, ...rest } = failure(what, error)
      return [{ ...rest, detail: `something may be left in ${this.#folder}: ${detail}` }]
    }
  }

  async #purge(): Promise<string[]> {
    const kept: string[] = []
    try {
      for await (const page of this.#store.purge(this.#folder)) kept.push(...page.kept.map(({ key }) => key))
    } catch (error) {
      // Versions may be nobody's to list or delete; the objects themselves are.
      if (!(error instanceof StoreError)) throw error
      const [refused] = await this.#store.delete(await this.#keys(this.#folder))
      if (refused !== undefined) throw new StoreError(refused.message, { code: refused.code, cause: error })
    }
    return kept
  }

  async #keys(prefix: string, isMeant: (modified: number) => boolean = () => true): Promise<string[]> {
    const keys: string[] = []
    for await (const { objects } of this.#store.list(prefix))
      keys.push(...objects.filter(({ lastModified }) => isMeant(lastModified.getTime())).map(({ key }) => key))
    return keys
  }

  /** No two of one trial are alike, and none repeats within itself. */
  #bytes(name: string, length: number): Buffer {
    return createHash('shake256', { outputLength: length }).update(`${this.#parts.id} ${name}`).digest()
  }
}

async function readAll(store: ObjectStore, key: string, range: { start: number; end: number }): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync((await store.get(key, range)).body as AsyncIterable<Buffer>))
}

/** Plugins for Velero have stored the framing of signed chunks as if it were content (velero#9951). */
function damage(sent: Buffer, found: Buffer): string {
  if (found.length > sent.length && found.includes(sent.subarray(0, 1000)))
    return `the store keeps the framing of the request with the content: ${sent.length} bytes were written, ${found.length} are read`
  return `other bytes are read than were written: ${sent.length} were written, ${found.length} are read`
}
