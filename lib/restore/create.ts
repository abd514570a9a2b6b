import { createObject, getObject } from '../cluster/objects.ts'
import { ApiError } from '../cluster/types.ts'
import { parseLossless, stringifyLossless } from '../velero/lossless.ts'
import { meetExisting, withoutOwners } from './existing.ts'
import { RESTORE_LABEL } from './facts.ts'
import { isObject, labelOf, objectAt, objectsAt, textAt } from './json.ts'
import { creatingManager } from './managed-fields.ts'
import { isForbidden, isPassing } from './passing.ts'
import { ownersDiffer, secondWrites } from './second-writes.ts'
import { steadily } from './steadily.ts'
import type { KubeObject } from './types.ts'
import { Deferred, Denied, failure, placeOf, type Writer, type Writing, type Written } from './writer.ts'

/** Tries where an object is there and gone again between two requests. */
const GONE_TRIES = 3

export interface Circumstances {
  /** This object was tried before. */
  again: boolean
  /**
   * It may well be there, and is looked for first: a create that is refused for that reason counts against the quotas of
   * its namespace all the same, for some minutes, in which others would be refused; and it calls webhooks.
   */
  lookFirst: boolean
}

/**
 * Creates an object, or deals with the one that has its name. Safe to repeat: what an earlier try of this restore created
 * counts as created. Throws Deferred where it may succeed later, Denied, Postponed where the run is stopping,
 * ConnectionError where the API server is gone.
 */
export async function writeObject(
  writer: Writer,
  writing: Writing,
  { again, lookFirst }: Circumstances,
): Promise<Written> {
  let tried = again || writer.takenUp
  const there = lookFirst ? await lookUp(writer, writing) : undefined
  if (there !== undefined) return meet(writer, writing, there, tried)
  for (let tries = 1; ; tries++) {
    const { answer: refused, repeated } = await steadily(writer.control, () => post(writer, writing))
    if (!(refused instanceof ApiError)) return created(writer, writing, refused)
    if (isForbidden(refused)) throw new Denied(refused.message, { cause: refused })
    tried ||= repeated || refused.status >= 500
    const live = await lookUp(writer, writing)
    if (live === undefined) {
      if (refused.status === 409 && tries < GONE_TRIES) continue
      if (isPassing(refused)) throw new Deferred(writing.id, writing.target, refused.message)
      return failure(writing, `error restoring ${writing.id}: ${refused.message}`)
    }
    return meet(writer, writing, live, tried)
  }
}

/** `tried`: an earlier try may have been carried out. */
async function meet(writer: Writer, writing: Writing, live: KubeObject, tried: boolean): Promise<Written> {
  if (textAt(live, 'metadata', 'deletionTimestamp') !== '')
    throw new Deferred(writing.id, writing.target, beingDeleted(writing))
  // Others copy labels too: they are believed only then.
  if (tried && isOwn(writer, live)) return created(writer, writing, live)
  return meetExisting(writer, writing, live, { tried, post: () => post(writer, writing) })
}

/** What was stored, or why not. */
async function post({ transport }: Writer, writing: Writing): Promise<Buffer | ApiError> {
  const { object, stored, kind, target } = writing
  const manager = kind.convert === undefined ? creatingManager(stored.metadata.managedFields) : undefined
  try {
    const body = stringifyLossless(ownersMatter(writing) ? object : withoutOwners(object))
    return await createObject(transport, kind.api, target || undefined, body, manager)
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

/**
 * Whether owners that come along with a create make a difference: it gives every field that it writes to the creator, so
 * only those of what is not written keep any. To read them takes the API server about a tenth of the create.
 */
function ownersMatter(writing: Writing): boolean {
  const entries = objectsAt(writing.stored, 'metadata', 'managedFields')
  return !ownersDiffer(writing) && entries.some(({ fieldsV1 }) => ownsUnwritten(fieldsV1))
}

/** What resetObject takes from every object. */
function ownsUnwritten(fields: unknown): boolean {
  const metadata = objectAt(fields, 'f:metadata') ?? {}
  return isObject(fields) && ('f:status' in fields || 'f:ownerReferences' in metadata || 'f:generateName' in metadata)
}

/** The object of that name, if there is one and the user may see it. */
async function lookUp({ transport, control }: Writer, writing: Writing): Promise<KubeObject | undefined> {
  try {
    const { answer } = await steadily(control, () => getObject(transport, writing.kind.api, placeOf(writing)))
    return answer && (parseLossless(answer) as KubeObject)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (isPassing(error)) throw new Deferred(writing.id, writing.target, error.message)
    return undefined
  }
}

/** Clocks show whole seconds. */
function isOwn({ labels, startedMs }: Writer, live: KubeObject): boolean {
  const created = Date.parse(textAt(live, 'metadata', 'creationTimestamp'))
  return labelOf(live, RESTORE_LABEL) === labels[RESTORE_LABEL] && created >= startedMs - 1000
}

async function created(writer: Writer, writing: Writing, live: Buffer | KubeObject): Promise<Written> {
  const findings = await secondWrites(writer, writing, live)
  return { action: 'created', findings }
}

/** The API server's words. */
function beingDeleted({ kind, object }: Writing): string {
  return `object is being deleted: ${kind.api.name} ${JSON.stringify(object.metadata.name)} already exists`
}
