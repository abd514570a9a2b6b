import { gzipText } from '../bucket/gzip.ts'
import { resourceListText, resultsText } from '../bucket/json-files.ts'
import {
  restoreItemOperationsKey,
  restoreLogKey,
  restoreResourceListKey,
  restoreResultsKey,
  restoreVolumeInfoKey,
} from '../bucket/layout.ts'
import { uploadStream } from '../bucket/upload.ts'
import type { ObjectStore } from '../store/types.ts'
import type { RestoreAccount } from './account.ts'

/**
 * Writes every file of a restore but its record, in Velero 1.18's form, each only where it does not exist. Throws
 * PreconditionFailedError where it does. No operation of plugins and no contents of volumes are ever restored: both
 * lists are empty.
 */
export async function writeRestoreFiles(
  store: ObjectStore,
  name: string,
  account: RestoreAccount,
  partBytes: number,
): Promise<void> {
  const upload = (key: string, chunks: AsyncIterable<Buffer>) => uploadStream(store, key, chunks, { partBytes })
  const work = [
    upload(restoreLogKey(name), account.log.read()),
    upload(restoreResultsKey(name), gzipText(resultsText(account.results.read()))),
    upload(restoreResourceListKey(name), gzipText(resourceListText(account.listed.read()))),
    upload(restoreItemOperationsKey(name), gzipText(once('[]\n'))),
    upload(restoreVolumeInfoKey(name), gzipText(once('[]\n'))),
  ]
  await Promise.allSettled(work)
  await Promise.all(work)
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}
