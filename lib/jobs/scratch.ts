import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SegmentStore } from '../bucket/segments.ts'
import type { ObjectStore } from '../store/types.ts'
import type { Around } from './around.ts'

/** Where a restore puts aside what an archive without an index does not let it read twice. */
export interface Scratch extends AsyncDisposable {
  segments: SegmentStore
}

/** A folder of this machine's, gone with the run: nothing of the backup goes to any other place than the cluster. */
export async function localScratch({ openStore, sizes }: Pick<Around, 'openStore' | 'sizes'>): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'lateen-restore-'))
  const spec = { provider: 'file', objectStorage: { bucket: folder } }
  const store: ObjectStore = await openStore({ name: 'scratch', spec })
  return {
    segments: new SegmentStore(store, 'scratch', 1, sizes),
    [Symbol.asyncDispose]: async () => {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
