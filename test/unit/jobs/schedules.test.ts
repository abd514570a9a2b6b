import { beforeEach, describe, expect, it } from 'vitest'
import {
  LocationNotWritableError,
  ScheduleExistsError,
  ScheduleFromConfigError,
  ScheduleNotFoundError,
  ScheduleRefusedError,
} from '../../../lib/jobs/errors.ts'
import { backupFromSchedule, getSchedule, listSchedules } from '../../../lib/jobs/read-schedules.ts'
import { createSchedule, deleteSchedule, pauseSchedule } from '../../../lib/jobs/schedules.ts'
import { scheduledBackup } from '../../../lib/velero/scheduled-backup.ts'
import { keys } from '../../helpers/backups.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { begin, finish, LOCATION, PLACE, putSchedule, scheduleOf, storedSchedule } from '../../helpers/schedules.ts'

const now = new Date('2026-11-22T08:00:00Z')
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
const READ_ONLY = { location: { ...LOCATION, spec: { ...LOCATION.spec, accessMode: 'ReadOnly' as const } } }

let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})
const open = async () => store
const create = (schedule = scheduleOf('daily', '0 3 * * *'), at = now) =>
  createSchedule(PLACE, schedule, { now: at }, open)
const get = (at: Date) => getSchedule(PLACE, 'daily', { now: at }, open)
const pause = (options: { paused: boolean; skipImmediately?: boolean }) => pauseSchedule(PLACE, 'daily', options, open)

describe('creation', () => {
  it('puts an enabled schedule into the location, with an identity', async () => {
    const made = await create()
    expect(made).toMatchObject({
      metadata: {
        name: 'daily',
        namespace: 'velero',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        creationTimestamp: '2026-11-22T08:00:00Z',
      },
      status: { phase: 'Enabled' },
    })
    expect((await storedSchedule(store, 'daily')).metadata).toEqual(made.metadata)
  })

  it('keeps the uid and namespace that it is given', async () => {
    const { metadata } = await create(scheduleOf('daily', '@daily', {}, { uid: 'u-1', namespace: 'backups' }))
    expect(metadata).toMatchObject({ uid: 'u-1', namespace: 'backups' })
  })

  it('is refused where the name is taken, and changes nothing', async () => {
    await create()
    const refused = await create(scheduleOf('daily', '@hourly')).catch(error => error)
    expect(refused).toBeInstanceOf(ScheduleExistsError)
    expect(refused.message).toBe('schedules.velero.io "daily" already exists')
    expect((await storedSchedule(store, 'daily')).spec.schedule).toBe('0 3 * * *')
  })

  it('is refused for all that is wrong, and writes nothing', async () => {
    const wrong = scheduleOf('daily', '61 * * * *', { template: { ttl: '-1h', storageLocation: 'other' } })
    const refused = await create(wrong).catch(error => error)
    expect(refused).toBeInstanceOf(ScheduleRefusedError)
    expect(refused.problems).toEqual([
      'invalid schedule: end of range (61) above maximum (59): 61',
      'spec.ttl: -1h is negative; the backup would expire at once',
      expect.stringContaining('backupstoragelocations.velero.io "other" not found'),
    ])
    expect(await keys(store)).toEqual([])
  })

  it('is refused where backups would be: by a mode, or by folders that Velero does not know', async () => {
    await expect(createSchedule(READ_ONLY, scheduleOf('daily', '@daily'), { now }, open)).rejects.toThrow(
      "schedule can't be created because backup storage location default is currently in read-only mode",
    )
    await store.put('photos/1.jpg', 'x')
    await expect(create()).rejects.toThrow(LocationNotWritableError)
  })
})

describe('a pause', () => {
  it('is set and lifted, and told where it was so before', async () => {
    await create()
    expect(await pause({ paused: true })).toBe('changed')
    expect(await pause({ paused: true })).toBe('already')
    expect((await storedSchedule(store, 'daily')).spec.paused).toBe(true)
    expect(await pause({ paused: false })).toBe('changed')
    expect(await pause({ paused: false })).toBe('already')
  })

  it('replaces what is to be skipped, also by nothing', async () => {
    await create()
    await pause({ paused: true, skipImmediately: true })
    expect((await storedSchedule(store, 'daily')).spec.skipImmediately).toBe(true)
    await pause({ paused: false })
    expect((await storedSchedule(store, 'daily')).spec.skipImmediately).toBeUndefined()
  })

  it('is for lateen.yaml to set where the schedule comes from there', async () => {
    await putSchedule(store, scheduleOf('daily', '@daily', {}, { annotations: { 'lateen.io/source': 'config' } }), now)
    await expect(pause({ paused: true })).rejects.toThrow(ScheduleFromConfigError)
    expect(await pause({ paused: false })).toBe('already')
  })

  it('needs a schedule, and the right to write', async () => {
    await expect(pause({ paused: true })).rejects.toThrow(ScheduleNotFoundError)
    await expect(pauseSchedule(READ_ONLY, 'daily', { paused: true }, open)).rejects.toThrow(LocationNotWritableError)
  })
})

describe('a deletion', () => {
  it('takes the schedule away, and nothing else', async () => {
    await create()
    await create(scheduleOf('daily-2', '@daily'))
    await store.put('backups/daily-20261121030000/velero-backup.json', '{}')
    await deleteSchedule(PLACE, 'daily', open)
    expect(await keys(store)).toEqual([
      'backups/daily-20261121030000/velero-backup.json',
      'metadata/lateen/schedules/daily-2.json',
    ])
  })

  it('needs a schedule, and the right to write', async () => {
    await expect(deleteSchedule(PLACE, 'daily', open)).rejects.toThrow(ScheduleNotFoundError)
    await expect(deleteSchedule(READ_ONLY, 'daily', open)).rejects.toThrow(LocationNotWritableError)
  })
})

describe('what is shown of a schedule', () => {
  it('is its next run, and since when it is late', async () => {
    await create()
    expect(await get(now)).toEqual({
      schedule: await storedSchedule(store, 'daily'),
      next: new Date('2026-11-23T03:00:00Z'),
    })
    expect(await get(new Date('2026-11-24T09:00:00Z'))).toMatchObject({
      next: new Date('2026-11-25T03:00:00Z'),
      late: new Date('2026-11-23T03:00:00Z'),
    })
  })

  it('is no time where it is paused or can not be understood', async () => {
    await create()
    await pause({ paused: true })
    const { schedule, ...times } = await get(later(10_000))
    expect([schedule.spec.paused, times]).toEqual([true, {}])
    await putSchedule(store, scheduleOf('broken', '61 * * * *'), now)
    expect(await getSchedule(PLACE, 'broken', { now }, open)).toEqual({
      schedule: await storedSchedule(store, 'broken'),
    })
  })

  it('is the backup that is at work, until it ends', async () => {
    const due = new Date('2026-11-22T03:00:00Z')
    const daily = { ...scheduleOf('daily', '0 3 * * *'), status: { lastBackup: '2026-11-22T03:00:00Z' } }
    await putSchedule(store, daily, new Date('2026-11-20T00:00:00Z'))
    const backup = scheduledBackup(daily, due)
    expect((await get(now)).unfinished).toBe('daily-20261122030000')
    await begin(store, backup, due)
    expect((await get(now)).unfinished).toBe('daily-20261122030000')
    await finish(store, backup, now)
    expect((await get(now)).unfinished).toBeUndefined()
  })

  it('is the backup that was started by hand and is at work', async () => {
    await create()
    const manual = await backupFromSchedule(PLACE, 'daily', { now: later(5), uid: 'u-9' }, open)
    await begin(store, manual, later(5))
    expect((await get(later(6))).unfinished).toBe('daily-20261122080500')
    await finish(store, manual, later(7))
    expect((await get(later(8))).unfinished).toBeUndefined()
  })

  it('is no backup of another schedule, whatever its name', async () => {
    await create()
    const other = scheduledBackup(scheduleOf('other', '@daily'), later(5))
    await begin(store, { ...other, metadata: { ...other.metadata, name: 'daily-20261122080500' } }, later(5))
    expect((await get(later(6))).unfinished).toBeUndefined()
  })

  it('is nothing that was lost long ago', async () => {
    const daily = { ...scheduleOf('daily', '0 3 * * *'), status: { lastBackup: '2026-11-20T03:00:00Z' } }
    await putSchedule(store, daily, new Date('2026-11-19T00:00:00Z'))
    expect((await get(new Date('2026-11-20T14:59:00Z'))).unfinished).toBe('daily-20261120030000')
    expect((await get(new Date('2026-11-20T15:01:00Z'))).unfinished).toBeUndefined()
    const begun = new Date('2026-11-20T16:00:00Z')
    await begin(store, scheduledBackup(daily, new Date('2026-11-20T03:00:00Z')), begun)
    expect((await get(new Date('2026-11-21T15:59:00Z'))).unfinished).toBe('daily-20261120030000')
    expect((await get(new Date('2026-11-21T16:01:00Z'))).unfinished).toBeUndefined()
  })

  it('is listed by name, and one that is damaged hides no other', async () => {
    for (const name of ['weekly', 'daily']) await create(scheduleOf(name, '@daily'))
    await store.put('metadata/lateen/schedules/broken.json', '{')
    const damaged: string[] = []
    const views = await listSchedules(PLACE, error => damaged.push(error.message), { now }, open)
    expect(views.map(({ schedule }) => schedule.metadata.name)).toEqual(['daily', 'weekly'])
    expect(damaged).toEqual([expect.stringContaining('schedules/broken.json')])
    await expect(getSchedule(PLACE, 'broken', { now }, open)).rejects.toThrow('schedules/broken.json')
    await expect(getSchedule(PLACE, 'nightly', { now }, open)).rejects.toThrow(ScheduleNotFoundError)
  })
})

describe('a backup that is asked for by hand', () => {
  it('is that of the schedule, paused or not, with its own name and uid', async () => {
    await create(scheduleOf('daily', '@daily', { template: { ttl: '24h0m0s' }, paused: true }))
    const backup = await backupFromSchedule(PLACE, 'daily', { now, uid: 'u-9' }, open)
    expect(backup.metadata).toMatchObject({
      name: 'daily-20261122080000',
      uid: 'u-9',
      labels: { 'velero.io/schedule-name': 'daily' },
    })
    expect(backup.spec.ttl).toBe('24h0m0s')
    const named = await backupFromSchedule(PLACE, 'daily', { now, uid: 'u-9', backupName: 'x' }, open)
    expect(named.metadata.name).toBe('x')
    await expect(backupFromSchedule(PLACE, 'nightly', { now, uid: 'u' }, open)).rejects.toThrow(ScheduleNotFoundError)
  })
})
