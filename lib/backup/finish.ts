import type { ArchiveIndexHeader } from '../bucket/archive-index.ts'
import type { ArchiveWriter } from '../bucket/archive-writer.ts'
import { gzip, gzipText } from '../bucket/gzip.ts'
import { arrayText, resourceListText, resultsText } from '../bucket/json-files.ts'
import {
  backupArchiveKey,
  backupIndexKey,
  backupItemOperationsKey,
  backupLogKey,
  backupPodVolumeBackupsKey,
  backupResourceListKey,
  backupResultsKey,
  backupVolumeInfoKey,
  backupVolumeSnapshotsKey,
} from '../bucket/layout.ts'
import { type ManifestFile, writeManifest } from '../bucket/manifest.ts'
import { uploadStream } from '../bucket/upload.ts'
import type { ObjectStore } from '../store/types.ts'
import type { Backup } from '../velero/types.ts'
import type { Account } from './account.ts'
import { settle } from './settle.ts'
import { volumeInfos } from './volumes.ts'

/**
 * Writes every file of a backup but its record: the archive first, whose etag the index has, the others beside it, the
 * manifest last. Each is written only where it does not exist. Throws PreconditionFailedError where it does.
 * `whole`: the archive is complete already, by an earlier holder of this run.
 */
export async function writeFiles(
  store: ObjectStore,
  backup: Backup,
  account: Account,
  archive: ArchiveWriter,
  partBytes: number,
  whole?: { etag: string; size: number },
): Promise<void> {
  const { name, uid = '' } = backup.metadata
  const upload = (key: string, chunks: AsyncIterable<Buffer>) => uploadFile(store, key, chunks, partBytes)
  const archived = async (): Promise<ManifestFile[]> => {
    const { etag, size } = whole ?? (await archive.finish())
    const header: ArchiveIndexHeader = { version: 1, archive: { etag, size, members: account.counts.members } }
    const key = backupArchiveKey(name)
    const index = await upload(backupIndexKey(name), withHeader(header, account))
    return [{ name: key.slice(key.lastIndexOf('/') + 1), size }, index]
  }
  const files = await settle<ManifestFile | ManifestFile[]>([
    archived(),
    writeAccount(store, name, account, partBytes),
    upload(backupResourceListKey(name), gzipText(resourceListText(account.listed.read()))),
    upload(backupVolumeInfoKey(name), gzipText(arrayText(volumeInfos(account.volumes, backup.spec)))),
    // Velero's values where there is nothing to record: null where Go had no slice, [] where it had an empty one.
    upload(backupItemOperationsKey(name), gzipText(once('[]\n'))),
    upload(backupPodVolumeBackupsKey(name), gzipText(once('null\n'))),
    upload(backupVolumeSnapshotsKey(name), gzipText(once('null\n'))),
  ])
  await writeManifest(store, name, { version: 1, uid, files: files.flat() })
}

/** The log and the results, which a backup has even where it has nothing else. */
export function writeAccount(
  store: ObjectStore,
  name: string,
  account: Account,
  partBytes?: number,
): Promise<ManifestFile[]> {
  return settle([
    uploadFile(store, backupLogKey(name), account.log.read(), partBytes),
    uploadFile(store, backupResultsKey(name), gzipText(resultsText(account.results.read())), partBytes),
  ])
}

async function uploadFile(
  store: ObjectStore,
  key: string,
  chunks: AsyncIterable<Buffer>,
  partBytes?: number,
): Promise<ManifestFile> {
  const { size, sha256 } = await uploadStream(store, key, chunks, partBytes === undefined ? {} : { partBytes })
  return { name: key.slice(key.lastIndexOf('/') + 1), size, sha256 }
}

async function* withHeader(header: ArchiveIndexHeader, account: Account): AsyncGenerator<Buffer> {
  yield await gzip(`${JSON.stringify(header)}\n`)
  yield* account.index.read()
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
