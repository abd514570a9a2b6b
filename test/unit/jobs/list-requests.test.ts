import { expect, it } from 'vitest'
import { BACKUPS } from '../../../lib/bucket/record-kinds.ts'
import { factsOf } from '../../../lib/gc/facts.ts'
import { survey } from '../../../lib/jobs/location-survey.ts'
import { listBackups } from '../../../lib/jobs/read.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { putBackup } from '../../helpers/collected.ts'
import { killedAt } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const COUNT = 300

it('listing backups asks for each record once, and for nothing of them but that', async () => {
  const store = new MemoryStore()
  await Promise.all(Array.from({ length: COUNT }, (_, i) => putBackup(store, `b${i}`)))
  const settings = {
    cluster: {},
    location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b' } } },
  }
  for (const look of [
    (counted: ObjectStore) =>
      listBackups(
        settings,
        error => expect.fail(error.message),
        {},
        async () => counted,
      ),
    (counted: ObjectStore) => survey(counted, BACKUPS, factsOf, error => expect.fail(error.message)),
  ]) {
    const { store: counted, calls } = killedAt(store)
    await look(counted)
    const gets = calls.filter(call => call.startsWith('get '))
    expect(gets.length).toBe(COUNT)
    expect(new Set(gets).size).toBe(COUNT)
    expect(calls.length - gets.length).toBeLessThanOrEqual(2)
  }
})
