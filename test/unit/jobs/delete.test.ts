import { beforeEach, describe, expect, it } from 'vitest'
import { writeIntent } from '../../../lib/bucket/deletions.ts'
import { Lease } from '../../../lib/bucket/lease.ts'
import { BACKUPS, RESTORES } from '../../../lib/bucket/record-kinds.ts'
import { BeingDeletedError, claimName, readOutcome } from '../../../lib/bucket/runs.ts'
import { deleteRecorded } from '../../../lib/gc/deletion.ts'
import { type DeleteOptions, deleteBackup, deleteRestore, InUseError } from '../../../lib/jobs/delete.ts'
import { BackupNotFoundError, LocationNotWritableError, RestoreNotFoundError } from '../../../lib/jobs/errors.ts'
import type { BackupStorageLocationSpec } from '../../../lib/velero/types.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup, putRestore, remaining } from '../../helpers/collected.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest, restoreOf } from '../../helpers/world.ts'

let clock: TestClock
let store: MemoryStore
beforeEach(() => {
  clock = new TestClock()
  store = new MemoryStore(0, clock.now)
})

const settings = (accessMode: BackupStorageLocationSpec['accessMode'] = 'ReadWrite') => ({
  cluster: {},
  location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b' }, accessMode } },
})
const around = { openStore: async () => store }
const removeBackup = (name: string, options: DeleteOptions = {}) =>
  deleteBackup(settings(), name, { now: clock.now, ...options }, around)

describe('the deletion of a backup', () => {
  it('takes the restores from it along, and leaves all others', async () => {
    for (const name of ['a', 'b']) await putBackup(store, name)
    await putRestore(store, 'of-a', 'a')
    await putRestore(store, 'of-b', 'b')
    expect(await removeBackup('a')).toEqual({ how: 'deleted', removed: 5, kept: [] })
    expect((await remaining(store)).map(key => key.split('/')[1])).toEqual(['b', 'b', 'b', 'of-b', 'of-b'])
  })

  it('of one that is not there, or has another uid by now, is refused and changes nothing', async () => {
    await putBackup(store, 'a')
    const before = await remaining(store)
    await expect(removeBackup('b')).rejects.toThrow(BackupNotFoundError)
    await expect(removeBackup('a', { uid: 'an-earlier-one' })).rejects.toThrow(BackupNotFoundError)
    await expect(deleteRestore(settings(), 'r', {}, around)).rejects.toThrow(RestoreNotFoundError)
    expect(await remaining(store)).toEqual(before)
  })

  it('that is being made, or restored from, is refused and changes nothing', async () => {
    await putBackup(store, 'read')
    await claimName(store, BACKUPS, manifest('made', {}, 'uid-made'), 'uid-made', clock.now())
    await Lease.acquire(store, 'uid-made', 'a', clock.now)
    await store.put('backups/made/made.tar.gz', 'half')
    await claimName(store, RESTORES, restoreOf('r', { backupName: 'read' }, { uid: 'uid-r' }), 'uid-r', clock.now())
    const before = await remaining(store)
    await expect(removeBackup('made')).rejects.toThrow(InUseError)
    await expect(removeBackup('made', { uid: 'uid-made' })).rejects.toThrow(InUseError)
    await expect(removeBackup('read')).rejects.toThrow(InUseError)
    expect(await remaining(store)).toEqual(before)
  })

  it('in a read-only location is refused', async () => {
    await putBackup(store, 'a')
    await expect(deleteBackup(settings('ReadOnly'), 'a', {}, around)).rejects.toThrow(LocationNotWritableError)
    expect(await remaining(store)).toHaveLength(3)
  })

  it('keeps what tells its message when it comes again, also of a run that died right behind its record', async () => {
    await claimName(store, BACKUPS, manifest('a', {}, 'uid-a'), 'uid-a', clock.now())
    await putBackup(store, 'a')
    await removeBackup('a')
    expect(await readOutcome(store, 'uid-a')).toMatchObject({ name: 'a', record: { status: { phase: 'Completed' } } })
    expect(await remaining(store)).toEqual(['metadata/lateen/runs/uid-a/outcome.json'])
  })
})

describe('a name', () => {
  it('cannot be claimed while what had it is being deleted, and is free after', async () => {
    const intent = { name: 'a', uid: 'uid-a', reason: 'asked for', requested: clock.now().toISOString(), restores: [] }
    await writeIntent(store, BACKUPS, intent)
    await store.put('backups/a/a-logs.gz', 'x')
    const claim = () => claimName(store, BACKUPS, manifest('a', {}, 'new'), 'new', clock.now())
    await expect(claim()).rejects.toThrow(BeingDeletedError)
    // Both have seen each other, and both give way; what is left is nobody's.
    await collect(store, { now: clock.now })
    expect((await claim()).uid).toBe('new')
  })

  it('that another request has claimed loses no files to a deletion that comes late', async () => {
    await claimName(store, BACKUPS, manifest('a', {}, 'new'), 'new', clock.now())
    await store.put('backups/a/a.tar.gz', 'half')
    const late = await deleteRecorded(store, BACKUPS, { name: 'a', uid: 'old', reason: 'expired' }, clock.now())
    expect(late.how).toBe('another')
    expect(await remaining(store)).toEqual(['backups/a/a.tar.gz', 'metadata/lateen/names/backups/a.json'])
  })
})
