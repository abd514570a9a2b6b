import { beforeEach, describe, expect, it } from 'vitest'
import { writeSchedule } from '../../../lib/bucket/schedules.ts'
import { measuresOfCollection } from '../../../lib/jobs/gc-measures.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup } from '../../helpers/collected.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

let clock: TestClock
let store: MemoryStore
beforeEach(() => {
  clock = new TestClock('2026-11-22T12:00:00Z')
  store = new MemoryStore(0, clock.now)
})

const put = (name: string, spec: Partial<Schedule['spec']> = {}) =>
  writeSchedule(
    store,
    {
      ...{ kind: 'Schedule', apiVersion: 'velero.io/v1' },
      metadata: { name, namespace: 'velero', uid: name, creationTimestamp: '2026-11-01T00:00:00Z' },
      spec: { schedule: '0 3 * * *', template: {}, ...spec },
    },
    { ifNoneMatch: '*' },
  )
const kept = { expiration: '2027-01-01T00:00:00Z', cluster: 'prod' }
const run = async () => collect(store, { now: clock.now })

describe('a collection tells how schedules are doing', () => {
  it('by the newest backup that is Completed, whatever became of those after it', async () => {
    await put('nightly')
    await putBackup(store, 'b1', { ...kept, schedule: 'nightly', started: '2026-11-20T03:00:10Z' })
    await putBackup(store, 'b2', { ...kept, schedule: 'nightly', started: '2026-11-21T03:00:10Z' })
    await putBackup(store, 'b3', {
      ...kept,
      ...{ schedule: 'nightly', started: '2026-11-22T03:00:10Z', phase: 'PartiallyFailed' },
    })
    expect((await run()).schedules).toEqual([
      {
        ...{ schedule: 'nightly', cluster: 'prod', lastGood: '2026-11-21T03:00:10.000Z', ageSeconds: 118_790 },
        ...{ late: true, due: '2026-11-22T03:00:00.000Z' },
      },
    ])
  })

  it('also of one that made no backup, and of a timer that is not in the bucket; of none that is paused or gone', async () => {
    await put('new')
    await put('paused', { paused: true })
    await putBackup(store, 'p', { ...kept, schedule: 'paused', started: '2026-11-21T03:00:00Z' })
    await putBackup(store, 't', { ...kept, schedule: 'timer', started: '2026-11-22T03:00:00Z' })
    await putBackup(store, 'g', { ...kept, schedule: 'gone', started: '2026-11-02T03:00:00Z' })
    expect((await run()).schedules).toMatchObject([
      { schedule: 'new', late: true },
      { schedule: 'timer', ageSeconds: 32_400 },
    ])
  })

  it('in one metric of each for the age, and one of all for what is late, which has data also where nothing is', async () => {
    await put('nightly')
    await put('new')
    await putBackup(store, 'b', { ...kept, schedule: 'nightly', started: '2026-11-22T03:00:00Z' })
    const lines = measuresOfCollection(await run()).slice(1)
    expect(lines.map(({ dimensions, values }) => ({ ...dimensions, ...values }))).toEqual([
      { ScheduleLate: 1 },
      { ScheduleLate: 0 },
      { cluster: 'prod', schedule: 'nightly', LastGoodBackupAge: 32_400 },
    ])
    expect(lines.map(({ about }) => about.schedule)).toEqual(['new', 'nightly', undefined])
  })
})
