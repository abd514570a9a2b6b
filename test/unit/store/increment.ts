// Appends lines `WHO-N` to one object by ifMatch, for ever, and prints each line that was acknowledged.
// Arguments: the store's folder, the key, who.
import { writeSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { FileStore } from '../../../lib/store/file/store.ts'
import { PreconditionFailedError } from '../../../lib/store/types.ts'

const [bucket = '', key = '', who = ''] = process.argv.slice(2)
const store = new FileStore(bucket, '')
for (let n = 0; ; ) {
  const stored = await store.get(key)
  const line = `${who}-${n}\n`
  try {
    await store.put(key, (await text(stored.body)) + line, { ifMatch: stored.etag })
    writeSync(1, line)
    n++
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
  }
}
