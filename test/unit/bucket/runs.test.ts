import { beforeEach, describe, expect, it } from 'vitest'
import { BACKUPS, BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { writeRecord } from '../../../lib/bucket/records.ts'
import { claimName, clearRun, readOutcome, writeOutcome } from '../../../lib/bucket/runs.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { keys, readKey } from '../../helpers/backups.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest } from '../../helpers/world.ts'

const now = new Date('2026-11-22T08:00:00Z')
let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})

const claim = (uid: string) => claimName(store, BACKUPS, manifest('b', {}, uid), uid, now)
const holder = async () => JSON.parse((await readKey(store, 'metadata/lateen/names/backups/b.json')).toString()).uid
const ended = (uid: string, backup: Backup = manifest('b', {}, uid)) =>
  writeOutcome(store, { uid, name: 'b', ended: now.toISOString(), record: backup, errors: [], warnings: [] })

describe('the name of a backup', () => {
  it('belongs to the request that came first, however often that comes', async () => {
    await claim('u1')
    await claim('u1')
    const refused = await claim('u2').catch(error => error)
    expect(refused).toBeInstanceOf(BackupExistsError)
    expect(refused.message).toBe('backups.velero.io "b" already exists')
    expect(refused.claim.value).toMatchObject({ uid: 'u1', claimed: '2026-11-22T08:00:00.000Z' })
    expect(await holder()).toBe('u1')
  })

  it('is free again when the run that had it ended without a backup', async () => {
    await claim('u1')
    await ended('u1')
    await claim('u2')
    expect(await holder()).toBe('u2')
  })

  it('is not free where the run that had it left a backup', async () => {
    await claim('u1')
    await writeRecord(store, BACKUPS, manifest('b', {}, 'u1'))
    await ended('u1')
    await expect(claim('u2')).rejects.toThrow(BackupExistsError)
    expect(await holder()).toBe('u1')
  })

  it('goes to one of several that want it', async () => {
    for (const round of [0, 1]) {
      const uids = [1, 2, 3].map(i => `${round}-${i}`)
      const results = await Promise.allSettled(uids.map(claim))
      expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1)
      await ended(await holder())
    }
  })
})

describe('what is kept of a run', () => {
  it('is its first outcome', async () => {
    await ended('u1', manifest('b', { ttl: '1h0m0s' }, 'u1'))
    await ended('u1', manifest('b', { ttl: '2h0m0s' }, 'u1'))
    expect((await readOutcome<Backup>(store, 'u1'))?.record.spec.ttl).toBe('1h0m0s')
  })

  it('and its lease, when all else is cleared', async () => {
    await ended('u1')
    for (const key of ['u1/lease.json', 'u1/checkpoint.json', 'u1/segments/1-log-0', 'u10/checkpoint.json'])
      await store.put(`metadata/lateen/runs/${key}`, '{}')
    await clearRun(store, 'u1')
    expect(await keys(store)).toEqual(
      ['u1/lease.json', 'u1/outcome.json', 'u10/checkpoint.json'].map(key => `metadata/lateen/runs/${key}`),
    )
  })
})

describe('a record', () => {
  it('is written once, and again by the same request without harm', async () => {
    await writeRecord(store, BACKUPS, manifest('b', {}, 'u1'))
    const before = await readKey(store, 'backups/b/velero-backup.json')
    await writeRecord(store, BACKUPS, manifest('b', { ttl: '1h0m0s' }, 'u1'))
    expect(await readKey(store, 'backups/b/velero-backup.json')).toEqual(before)
  })

  it("never replaces another request's", async () => {
    await writeRecord(store, BACKUPS, manifest('b', {}, 'u1'))
    await expect(writeRecord(store, BACKUPS, manifest('b', {}, 'u2'))).rejects.toThrow(BackupExistsError)
  })
})
