import { beforeEach, describe, expect, it } from 'vitest'
import { DeletionHeldError, HeldDeletion } from '../../../lib/bucket/deletions.ts'
import { Lease } from '../../../lib/bucket/lease.ts'
import { BACKUPS, RESTORES } from '../../../lib/bucket/record-kinds.ts'
import { BeingDeletedError, claimName, readOutcome } from '../../../lib/bucket/runs.ts'
import { deleteRecorded, finishDeletion } from '../../../lib/gc/deletion.ts'
import { type DeleteOptions, deleteBackup, deleteRestore, InUseError } from '../../../lib/jobs/delete.ts'
import { BackupNotFoundError, LocationNotWritableError, RestoreNotFoundError } from '../../../lib/jobs/errors.ts'
import type { BackupStorageLocationSpec } from '../../../lib/velero/types.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup, putRestore, remaining } from '../../helpers/collected.ts'
import { guarded } from '../../helpers/failing-store.ts'
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

const deletionOf = (name: string, uid: string) => ({ name, uid, reason: 'asked for', restores: [] })
const take = (name: string, uid: string, owner = 'dead') =>
  HeldDeletion.take(store, BACKUPS, deletionOf(name, uid), { owner, now: clock.now })

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

describe('two deletions of one backup at once', () => {
  it('are one: the other is told by whom, until when', async () => {
    await putBackup(store, 'a')
    await take('a', 'uid-a', 'another')
    await expect(removeBackup('a')).rejects.toThrow('the backup "a" is being deleted by another')
    expect(await keys(store, 'backups/')).toHaveLength(3)
    clock.advance(60_000)
    expect((await removeBackup('a')).how).toBe('deleted')
  })

  it('of which the slower has lost its turn harm nothing that was made since', async () => {
    await putBackup(store, 'a')
    const slow = await take('a', 'uid-a', 'slow')
    clock.advance(60_000)
    await removeBackup('a')
    await putBackup(store, 'a', { uid: 'new' })
    const before = await remaining(store)
    await expect(finishDeletion(store, BACKUPS, slow, { owner: 'slow', now: clock.now })).rejects.toThrow(
      DeletionHeldError,
    )
    expect(await remaining(store)).toEqual(before)
  })
})

describe('a restore that begins', () => {
  const begin = (name: string, uid: string) =>
    claimName(store, RESTORES, restoreOf(name, { backupName: 'a' }, { uid }), uid, clock.now())

  it('just before the deletion of its backup is announced keeps the backup', async () => {
    await putBackup(store, 'a')
    const late = guarded(store, async (what, call) => {
      if (what.includes('deletions/backups/a') && what.startsWith('put')) await begin('r', 'uid-r')
      return call()
    })
    const around = { openStore: async () => late }
    await expect(deleteBackup(settings(), 'a', { now: clock.now }, around)).rejects.toThrow(InUseError)
    expect(await keys(store, 'backups/')).toHaveLength(3)
    expect(await keys(store, 'metadata/lateen/deletions/')).toEqual([])
  })
})

describe('a name', () => {
  it('cannot be claimed while what had it is being deleted, and is free after', async () => {
    await take('a', 'uid-a')
    await store.put('backups/a/a-logs.gz', 'x')
    const claim = () => claimName(store, BACKUPS, manifest('a', {}, 'new'), 'new', clock.now())
    await expect(claim()).rejects.toThrow(BeingDeletedError)
    // Both have seen each other, and both give way; what is left is nobody's.
    clock.advance(60_000)
    await collect(store, { now: clock.now })
    expect((await claim()).uid).toBe('new')
  })

  it('that another request has claimed loses no files to a deletion that comes late', async () => {
    await claimName(store, BACKUPS, manifest('a', {}, 'new'), 'new', clock.now())
    await store.put('backups/a/a.tar.gz', 'half')
    const late = await deleteRecorded(store, BACKUPS, deletionOf('a', 'old'), { owner: 'late', now: clock.now })
    expect(late.how).toBe('another')
    expect(await remaining(store)).toEqual(['backups/a/a.tar.gz', 'metadata/lateen/names/backups/a.json'])
  })
})
