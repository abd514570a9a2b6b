import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../../lib/store/open.ts'
import { storeSuite } from '../../suites/store.ts'

storeSuite('a folder as a store', async () => {
  const bucket = await mkdtemp(join(tmpdir(), 'lateen-store-'))
  const store = await openStore({ spec: { provider: 'file', objectStorage: { bucket } } })
  return {
    store,
    close: async () => {
      await store.close()
      await rm(bucket, { recursive: true })
    },
  }
})
