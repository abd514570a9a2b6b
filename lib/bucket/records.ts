import { ObjectNotFoundError, type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { InvalidRecordError } from '../velero/schema.ts'
import { serialiseRecord } from '../velero/serialise.ts'
import { readBytes } from './documents.ts'
import type { Recorded, RecordKind } from './record-kinds.ts'

/** A record, of any phase and any writer; `undefined` where there is none. Throws InvalidRecordError. */
export async function readRecord<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  name: string,
): Promise<T | undefined> {
  const key = kind.recordKey(name)
  try {
    const record = kind.read((await readBytes(store, key)).toString('utf8'))
    if (record.metadata.name !== name)
      throw new InvalidRecordError(`its metadata.name is ${JSON.stringify(record.metadata.name)}`)
    return record
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    if (!(error instanceof InvalidRecordError)) throw error
    const { message, next } = error
    throw new InvalidRecordError(`${JSON.stringify(key)} is no record of a ${kind.word}: ${message}`, {
      ...(next !== undefined && { next }),
      cause: error,
    })
  }
}

/**
 * Writes a record: the last of a run's files, after which none of them is written again. Safe to repeat. Throws the
 * kind's NameTakenError where the name has a record of another request.
 */
export async function writeRecord<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  record: T,
): Promise<void> {
  const { name, uid } = record.metadata
  try {
    await store.put(kind.recordKey(name), serialiseRecord(record), { ifNoneMatch: '*' })
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
    const there = await readRecord(store, kind, name)
    if (there?.metadata.uid !== uid) throw kind.exists(name)
  }
}

/** The names of all folders of a kind, whether or not they hold a record. */
export async function* recordNames(
  store: ObjectStore,
  { prefix: above }: Pick<RecordKind<Recorded>, 'prefix'>,
): AsyncGenerator<string> {
  for await (const page of store.list(above, { delimiter: '/' }))
    for (const prefix of page.prefixes) yield prefix.slice(above.length, -1)
}
