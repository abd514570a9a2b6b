import { beforeEach, describe, expect, it } from 'vitest'
import {
  changeSchedule,
  deleteSchedule,
  readSchedule,
  scheduleNames,
  writeSchedule,
} from '../../../lib/bucket/schedules.ts'
import { type ObjectStore, PreconditionFailedError } from '../../../lib/store/types.ts'
import { InvalidRecordError } from '../../../lib/velero/schema.ts'
import { keys, readKey } from '../../helpers/backups.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { putSchedule, scheduleOf, storedSchedule } from '../../helpers/schedules.ts'

const made = new Date('2026-11-22T08:00:00Z')
const daily = scheduleOf('daily', '0 3 * * *', { template: { ttl: '24h' } }, { labels: { team: 'a' } })
let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})

const names = async () => (await Array.fromAsync(scheduleNames(store))).flat()
const paused = (value: boolean) => (current: typeof daily) => ({ ...current, spec: { ...current.spec, paused: value } })

describe('a schedule in the bucket', () => {
  it("lies under Lateen's folder, as Velero writes a Schedule", async () => {
    await putSchedule(store, daily, made)
    expect(await keys(store)).toEqual(['metadata/lateen/schedules/daily.json'])
    const text = (await readKey(store, 'metadata/lateen/schedules/daily.json')).toString()
    expect(JSON.parse(text)).toEqual({
      kind: 'Schedule',
      apiVersion: 'velero.io/v1',
      metadata: {
        name: 'daily',
        namespace: 'velero',
        uid: expect.any(String),
        creationTimestamp: '2026-11-22T08:00:00Z',
        labels: { team: 'a' },
      },
      spec: {
        template: { metadata: {}, ttl: '24h0m0s', hooks: {}, csiSnapshotTimeout: '0s', itemOperationTimeout: '0s' },
        schedule: '0 3 * * *',
      },
      status: {},
    })
    expect(Object.keys(JSON.parse(text).spec)).toEqual(['template', 'schedule'])
  })

  it('is read as it was written', async () => {
    await putSchedule(store, daily, made)
    const stored = await readSchedule(store, 'daily')
    expect(stored?.schedule).toMatchObject({ ...daily, spec: { template: { ttl: '24h0m0s' }, schedule: '0 3 * * *' } })
    expect(await readSchedule(store, 'other')).toBeUndefined()
  })

  it('is written under a condition only: who comes second loses', async () => {
    await putSchedule(store, daily, made)
    await expect(putSchedule(store, daily, made)).rejects.toThrow(PreconditionFailedError)
    const stored = await readSchedule(store, 'daily')
    const { etag } = await writeSchedule(store, daily, { ifMatch: stored?.etag ?? '' })
    await expect(writeSchedule(store, daily, { ifMatch: stored?.etag ?? '' })).rejects.toThrow(PreconditionFailedError)
    await writeSchedule(store, daily, { ifMatch: etag })
  })

  it.each([
    ['no JSON', '{"kind":'],
    ['another kind', JSON.stringify({ ...daily, kind: 'Backup' })],
    ["another schedule's", JSON.stringify({ ...daily, metadata: { name: 'nightly' } })],
    ['without a spec', JSON.stringify({ ...daily, spec: undefined })],
  ])('that is %s is refused with its key', async (_, text) => {
    await store.put('metadata/lateen/schedules/daily.json', text)
    const refused = await readSchedule(store, 'daily').catch(error => error)
    expect(refused).toBeInstanceOf(InvalidRecordError)
    expect(refused.message).toMatch(/^"metadata\/lateen\/schedules\/daily\.json" is no Schedule of that name: /)
  })
})

describe('names', () => {
  it('are sorted, and those of schedules only', async () => {
    for (const name of ['weekly', 'daily', 'a.b']) await putSchedule(store, scheduleOf(name, '@daily'), made)
    await store.put('metadata/lateen/schedules/notes.txt', 'x')
    await store.put('metadata/lateen/schedules/old/x.json', 'x')
    await store.put('metadata/lateen/runs/x/lease.json', 'x')
    expect(await names()).toEqual(['a.b', 'daily', 'weekly'])
  })

  it('come page by page, however many there are', async () => {
    for (let i = 0; i < 1001; i++)
      await store.put(`metadata/lateen/schedules/s${String(i).padStart(4, '0')}.json`, '{}')
    expect((await Array.fromAsync(scheduleNames(store))).map(page => page.length)).toEqual([1000, 1])
  })
})

describe('a change', () => {
  it('is made, also where others write at the same time', async () => {
    await putSchedule(store, daily, made)
    const label = (key: string) => (current: typeof daily) => ({
      ...current,
      metadata: { ...current.metadata, labels: { ...current.metadata.labels, [key]: 'x' } },
    })
    await Promise.all(['b', 'c', 'd'].map(key => changeSchedule(store, 'daily', label(key))))
    expect((await storedSchedule(store, 'daily')).metadata.labels).toEqual({ team: 'a', b: 'x', c: 'x', d: 'x' })
  })

  it('that is none writes nothing', async () => {
    await putSchedule(store, daily, made)
    const before = await readSchedule(store, 'daily')
    expect(await changeSchedule(store, 'daily', () => undefined)).toEqual(before)
    expect(await readSchedule(store, 'daily')).toEqual(before)
  })

  it('of a schedule that is gone makes none', async () => {
    await putSchedule(store, daily, made)
    const known = await readSchedule(store, 'daily')
    await deleteSchedule(store, 'daily')
    expect(await changeSchedule(store, 'daily', paused(true), known)).toBeUndefined()
    expect(await keys(store)).toEqual([])
  })

  it('is given up where others are always faster', async () => {
    await putSchedule(store, daily, made)
    let writes = 0
    const busy: ObjectStore = guarded(store, (what, call) => {
      if (!what.startsWith('put')) return call()
      writes++
      throw new PreconditionFailedError(what)
    })
    await expect(changeSchedule(busy, 'daily', paused(true))).rejects.toThrow(PreconditionFailedError)
    expect(writes).toBeLessThan(10)
  })
})

describe('a deletion', () => {
  it('tells whether there was anything, readable or not', async () => {
    await store.put('metadata/lateen/schedules/daily.json', 'x')
    expect(await deleteSchedule(store, 'daily')).toBe(true)
    expect(await deleteSchedule(store, 'daily')).toBe(false)
  })

  it('that the store refuses is told', async () => {
    await putSchedule(store, daily, made)
    store.delete = async ([key = '']) => [{ key, code: 'AccessDenied', message: 'no' }]
    await expect(deleteSchedule(store, 'daily')).rejects.toThrow(/daily\.json" can't be deleted: no/)
  })
})
