import { describe } from 'vitest'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { conditionsSuite } from '../../suites/store/conditions.ts'
import { listsSuite } from '../../suites/store/lists.ts'
import { objectsSuite } from '../../suites/store/objects.ts'
import { uploadsSuite } from '../../suites/store/uploads.ts'

// Tests of backups rely on it, so it has to be a store like the others, but for its memory.
describe('the store of the tests', () => {
  const current = { store: new MemoryStore() }
  objectsSuite(current)
  conditionsSuite(current)
  listsSuite(current)
  uploadsSuite(current)
})
