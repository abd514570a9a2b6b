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

/** A folder of this machine's, for a run that has one: nothing of it has to go to the bucket and back. */
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

/** The run's own folder in the bucket, which is cleared when the run has ended. */
export function bucketScratch(segments: SegmentStore): Scratch {
  return { segments, [Symbol.asyncDispose]: async () => {} }
}
