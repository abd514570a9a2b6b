import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { requestCancellation } from '../../../lib/bucket/cancellation.ts'
import { HeldDeletion, readIntent } from '../../../lib/bucket/deletions.ts'
import { BACKUPS, RESTORES } from '../../../lib/bucket/record-kinds.ts'
import { readRecord } from '../../../lib/bucket/records.ts'
import { claimName, writeOutcome } from '../../../lib/bucket/runs.ts'
import { deleteRecorded } from '../../../lib/gc/deletion.ts'
import { cancelBackup, cancelRestore } from '../../../lib/jobs/cancel.ts'
import { restoreSources } from '../../../lib/jobs/restore-sources.ts'
import { readBackupLog } from '../../../lib/jobs/run-log.ts'
import { purgeListed } from '../../../lib/store/purge.ts'
import { type ObjectStore, StoreError } from '../../../lib/store/types.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup, putRestore, remaining } from '../../helpers/collected.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

// Who meets whom at the worst of moments.

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const PAST = '2026-11-20T00:00:00Z'
let clock: TestClock
let store: MemoryStore
beforeEach(() => {
  clock = new TestClock()
  store = new MemoryStore(0, clock.now)
})

const settings = {
  cluster: {},
  location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b' } } },
}
const around = (given: ObjectStore = store) => ({ openStore: async () => given, sleep: clock.sleep })
const ann = () => ({ by: 'ann', now: clock.now })

/** As the holder of a run ends it: the record, then the outcome. */
async function end(name: string, uid: string, status: Backup['status']): Promise<void> {
  const record: Backup = { ...manifest(name, {}, uid), ...(status && { status }) }
  await store.put(`backups/${name}/velero-backup.json`, JSON.stringify(record))
  const ended = clock.now().toISOString()
  await writeOutcome(store, { uid, name, ended, record, errors: [], warnings: [] })
}

describe('a deletion that fails', () => {
  it('has nothing under way any more when it lets others go on', async () => {
    await putBackup(store, 'a')
    await putRestore(store, 'r', 'a')
    let letGo = () => {}
    const gate = new Promise<void>(resolve => {
      letGo = resolve
    })
    const slow: ObjectStore = {
      ...guarded(store, async (what, call) => {
        // A page of the folder was listed, and is deleted late.
        if (what.startsWith('delete backups/a/a')) await gate
        if (what === 'get restores/r/velero-restore.json') throw new StoreError('SlowDown', { code: 'SlowDown' })
        return call()
      }),
      purge: keyOrFolder => purgeListed(slow, keyOrFolder),
    }
    const deletion = { name: 'a', uid: 'uid-a', reason: 'x', restores: [{ name: 'r', uid: 'uid-r' }] }
    let failed = false
    const first = deleteRecorded(slow, BACKUPS, deletion, { owner: 'one', now: clock.now }).catch(() => {
      failed = true
    })
    await vi.waitFor(async () => expect(await store.head('backups/a/velero-backup.json')).toBeUndefined())
    await new Promise(resolve => setImmediate(resolve))
    expect(failed).toBe(false)
    letGo()
    await first
    expect(failed).toBe(true)
    expect((await deleteRecorded(store, BACKUPS, deletion, { owner: 'two', now: clock.now })).how).toBe('deleted')
    expect(await readIntent(store, BACKUPS, 'a')).toBeUndefined()
    expect(await remaining(store)).toEqual([])
  })

  it('removes nothing more after it has let go', async () => {
    await putBackup(store, 'a')
    const deletion = { name: 'a', uid: 'uid-a', reason: 'x', restores: [] }
    const held = await HeldDeletion.take(store, BACKUPS, deletion, { owner: 'one', now: clock.now })
    await held.release()
    await expect(held.assure()).rejects.toThrow('is being deleted')
  })
})

describe('an intent that waits for a lock', () => {
  it('does not hide a later backup of the name from whoever wants that deleted', async () => {
    const earlier = { name: 'a', uid: 'earlier', reason: 'expired', restores: [] }
    const held = await HeldDeletion.take(store, BACKUPS, earlier, { owner: 'one', now: clock.now })
    await held.wait(new Date('2027-01-01T00:00:00Z'))
    await putBackup(store, 'a', { uid: 'later' })
    const later = { ...earlier, uid: 'later' }
    expect((await deleteRecorded(store, BACKUPS, later, { owner: 'two', now: clock.now })).how).toBe('deleted')
    expect(await remaining(store)).toEqual([])
  })
})

describe('a collection', () => {
  it.each([
    'metadata/lateen/deletions/backups/x.json',
    'metadata/lateen/runs/u/outcome.json',
    'metadata/lateen/names/backups/x.json',
  ])('that meets a damaged %s tells of it, does all else, and leaves its account', async key => {
    await store.put(key, '{')
    clock.advance(16 * 86_400_000)
    await putBackup(store, 'old', { expiration: PAST })
    const result = await collect(store, { now: clock.now })
    expect(result.deleted.map(({ name }) => name)).toEqual(['old'])
    expect(result.problems.join('\n')).toContain(key)
    expect((await Array.fromAsync(store.list('metadata/lateen/gc/'))).flatMap(({ objects }) => objects)).toHaveLength(1)
  })
})

describe('a run that ends while somebody looks', () => {
  const endingAt = (times: number, status: Backup['status']) => {
    let asked = 0
    return guarded(store, async (what, call) => {
      if (what === 'get metadata/lateen/runs/u/outcome.json' && ++asked === times) await end('x', 'u', status)
      return call()
    })
  }

  it('is not missing to whoever follows its log', async () => {
    await claimName(store, BACKUPS, manifest('x', {}, 'u'), 'u', clock.now())
    const looking = endingAt(1, { phase: 'Completed' })
    const log = readBackupLog(settings, 'x', { follow: true, now: clock.now }, around(looking))
    expect(await Array.fromAsync(log)).toContainEqual({ phase: 'Completed' })
  })

  it('is not missing to whoever has just cancelled it', async () => {
    await claimName(store, BACKUPS, manifest('x', {}, 'u'), 'u', clock.now())
    const looking = endingAt(2, { phase: 'Failed', failureReason: 'cancelled by ann at some time' })
    expect(await cancelBackup(settings, 'x', ann(), around(looking))).toBe('cancelled')
  })
})

describe('a restore that is ended by whoever cancels it', () => {
  it('is recorded with the backup that it was from, and where that is', async () => {
    const request = restoreOf('r', { scheduleName: 's' }, { uid: 'u' })
    await claimName(store, RESTORES, request, 'u', clock.now(), { backup: 's-1', elsewhere: 'prod' })
    await cancelRestore(settings, 'r', ann(), around())
    expect(await readRecord(store, RESTORES, 'r')).toMatchObject({
      metadata: { annotations: { 'lateen.io/backup-location': 'prod' } },
      spec: { backupName: 's-1' },
    })
    // And so it does not go with a backup of that name here.
    await putBackup(store, 's-1', { expiration: PAST })
    await collect(store, { now: clock.now })
    expect(await readRecord(store, RESTORES, 'r')).toBeDefined()
  })
})

describe('a restore', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld({ clock, store })
    await storeBackup(store, 'b', [namespace('shop'), configMap('shop/a')], {
      labels: { 'velero.io/schedule-name': 's' },
    })
  })
  afterEach(() => world[Symbol.asyncDispose]())

  it('whose first invocation could not ask whether its backup is being deleted asks in the next', async () => {
    const deletion = { name: 'b', uid: 'uid-b', reason: 'x', restores: [] }
    let asked = 0
    const away = guarded(store, async (what, call) => {
      if (what !== 'get metadata/lateen/deletions/backups/b.json') return call()
      asked += 1
      if (asked > 1) throw new StoreError('away', { code: 'SlowDown' })
      return call().finally(() => HeldDeletion.take(store, BACKUPS, deletion, { owner: 'd', now: clock.now }))
    })
    await expect(world.restore(restoreOf('r', {}), {}, { store: away })).rejects.toThrow('away')
    const { restore } = await world.restore(restoreOf('r', {}), {}, { store })
    expect(restore.status).toMatchObject({ phase: 'Failed', failureReason: 'the backup "b" is being deleted' })
  })

  it('whose request was about to be refused and is right now protects the backup that it is from', async () => {
    const all = new Map(store.objects)
    store.objects.clear()
    const dying = guarded(store, async (what, call) => {
      if (what.endsWith('/outcome.json') && what.startsWith('put')) throw new StoreError('died', { code: 'x' })
      return call()
    })
    const request = restoreOf('r', { scheduleName: 's' })
    await expect(world.restore(request, {}, { store: dying })).rejects.toThrow('died')
    for (const [key, object] of all) store.objects.set(key, object)
    const stopping = guarded(store, async (what, call) => {
      if (what.startsWith('put restores/')) throw new StoreError('died', { code: 'x' })
      return call()
    })
    await expect(world.restore(request, {}, { store: stopping })).rejects.toThrow('died')
    expect((await restoreSources(store, () => {})).reading.get('b')).toBe('r')
  })
})

describe('a run that was cancelled before its first lease', () => {
  it('does nothing but end', async () => {
    const world = await openWorld({ clock, store })
    try {
      await claimName(store, BACKUPS, manifest('k', {}, 'uid-k'), 'uid-k', clock.now())
      await requestCancellation(store, 'uid-k', { by: 'ann', requested: clock.now().toISOString() })
      const { backup } = await world.backup(manifest('k', {}, 'uid-k'))
      expect(backup.status).toMatchObject({
        phase: 'Failed',
        failureReason: expect.stringContaining('cancelled by ann'),
      })
    } finally {
      await world[Symbol.asyncDispose]()
    }
  })
})
