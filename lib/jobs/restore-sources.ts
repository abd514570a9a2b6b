import type { DeletedName } from '../bucket/deletions.ts'
import { readDocument } from '../bucket/documents.ts'
import { restoreLogKey } from '../bucket/layout.ts'
import { RESTORES } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import type { NameClaim } from '../bucket/runs.ts'
import { lines } from '../bucket/segments.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { ELSEWHERE_ANNOTATION } from '../velero/annotations.ts'
import type { LateenError } from '../velero/errors.ts'
import { parseLogLine } from '../velero/log-line.ts'
import type { Restore } from '../velero/types-restore.ts'
import { findRun, inTurn } from './found-runs.ts'
import { survey } from './location-survey.ts'
import { AT_ONCE, gunzipped, isDamage, tellDamaged } from './read.ts'
import { SOURCE } from './read-restores.ts'

/** The restores that a location knows, by the backup that they are from. */
export interface RestoreSources {
  ended: Map<string, DeletedName[]>
  /** Those that still read it. */
  reading: Map<string, string>
  /** Names without a record: of runs that have not ended, of Velero's restores, of files of others. */
  unrecorded: string[]
  /** The claims of names that were there before anything else was read, by their keys: the etag of each. */
  claims: ReadonlyMap<string, string>
}

/**
 * Reads every restore's record, or what tells of one that has none: the claim of a run of ours, the log of Velero's. One that
 * can't be read is tied to no backup, and stays; `onDamaged` is told. Restores from another location are tied to none here.
 */
export async function restoreSources(
  store: ObjectStore,
  onDamaged: (error: LateenError) => void,
): Promise<RestoreSources> {
  const ended = new Map<string, DeletedName[]>()
  const reading = new Map<string, string>()
  const add = (backup: string | undefined, restore: DeletedName) => {
    if (backup) ended.set(backup, [...(ended.get(backup) ?? []), restore])
  }
  const claims = new Map(await claimsNow(store))
  const { facts, unrecorded } = await survey(store, RESTORES, endedFrom, onDamaged)
  for (const { backup, restore } of facts) add(backup, restore)
  await inTurn(unrecorded, AT_ONCE, async name => {
    const run = await findRun(store, RESTORES, name).catch(error => tellDamaged(error, onDamaged))
    if (run !== undefined) {
      const backup = run.refused === undefined ? readBy(run.claim) : undefined
      if (backup !== undefined) reading.set(backup, name)
      return
    }
    // Its record may have come to be since.
    const record = await readRecord(store, RESTORES, name).catch(error => tellDamaged(error, onDamaged))
    const { backup, restore } = record
      ? endedFrom(record)
      : { backup: await backupInLog(store, name), restore: { name } }
    add(backup, restore)
  })
  return { ended, reading, unrecorded, claims }
}

/** By the backup that they are from, restores that were claimed since `claims` was read, whatever has become of them. */
export async function begunSince(
  store: ObjectStore,
  claims: RestoreSources['claims'],
): Promise<ReadonlyMap<string, string>> {
  const fresh = (await claimsNow(store)).filter(([key, etag]) => claims.get(key) !== etag)
  const begun = await inTurn(fresh, AT_ONCE, async ([key]) => {
    const claim = (await readDocument<NameClaim<Restore>>(store, key))?.value
    return [claim && readBy(claim), claim?.request.metadata.name] as const
  })
  return new Map(begun.filter((each): each is [string, string] => each[0] !== undefined && each[1] !== undefined))
}

async function claimsNow(store: ObjectStore): Promise<[key: string, etag: string][]> {
  const pages = await Array.fromAsync(store.list(RESTORES.namesPrefix))
  return pages.flatMap(({ objects }) => objects.map(({ key, etag }) => [key, etag] as [string, string]))
}

function endedFrom({ metadata: { name, uid, annotations }, spec }: Restore) {
  const backup = annotations?.[ELSEWHERE_ANNOTATION] === undefined ? spec.backupName : undefined
  return { backup, restore: { name, ...(uid && { uid }) } }
}

/** The backup of this location that a run reads. */
function readBy({ backup, elsewhere, request }: NameClaim<Restore>): string | undefined {
  return elsewhere === undefined ? (backup ?? request.spec.backupName) : undefined
}

/** Read only as far as the line that tells. */
async function backupInLog(store: ObjectStore, name: string): Promise<string | undefined> {
  try {
    const { body } = await store.get(restoreLogKey(name))
    try {
      for await (const line of lines(gunzipped(body) as AsyncIterable<Buffer>)) {
        const [, , backup] = SOURCE.exec(parseLogLine(line)?.message ?? '') ?? []
        if (backup !== undefined) return backup
      }
    } finally {
      body.destroy()
    }
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError) && !isDamage(error)) throw error
  }
  return undefined
}
