import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
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

/**
 * That a backup or restore is being deleted. While it stands its name can't be claimed, and whoever finds it goes on with what
 * it says: the record may be gone already.
 */
export interface DeletionIntent extends DeletedName {
  /** For people. */
  reason: string
  requested: Timestamp
  /** Of a backup: the restores from it, which go with it. */
  restores: DeletedName[]
  /** What is left is under object lock until then. */
  notBefore?: Timestamp
}

export function deletionKey({ word }: Kind, name: string): string {
  return `${deletionsPrefix}${word}s/${name}.json`
}

export function readIntent(
  store: ObjectStore,
  kind: Kind,
  name: string,
): Promise<Document<DeletionIntent> | undefined> {
  return readDocument<DeletionIntent>(store, deletionKey(kind, name))
}

/** Answers the intent that stands: an earlier one of the same name is kept. */
export async function writeIntent(store: ObjectStore, kind: Kind, intent: DeletionIntent): Promise<DeletionIntent> {
  try {
    await writeDocument(store, deletionKey(kind, intent.name), intent, { ifNoneMatch: '*' })
    return intent
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
    // Gone again means that somebody else has just finished what it was about.
    return (await readIntent(store, kind, intent.name))?.value ?? intent
  }
}

/** Names of all that is being deleted, of one kind. */
export function intendedNames(store: ObjectStore, { word }: Kind): AsyncGenerator<string> {
  return documentNames(store, `${deletionsPrefix}${word}s/`)
}
