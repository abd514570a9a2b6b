import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LeaseHeldError } from '../../../lib/bucket/lease.ts'
import { BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { InterruptedError } from '../../../lib/jobs/errors.ts'
import { type ObjectStore, StoreError } from '../../../lib/store/types.ts'
import { keys, readBackupFiles, readKey } from '../../helpers/backups.ts'
import { Killed, killedAt } from '../../helpers/failing-store.ts'
import { manyManifest, manyObjects, priorityClass, SMALL_SIZES } from '../../helpers/many-objects.ts'
import { configMap, manifest, namespace, openWorld, type World } from '../../helpers/world.ts'

const RECORD = 'backups/b/velero-backup.json'
let world: World
beforeEach(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('shop'), configMap('shop/web')])
})
afterEach(() => world[Symbol.asyncDispose]())

/** The store, doing something just before its first put of this key. */
function before(key: string, act: () => Promise<unknown>): ObjectStore {
  const { store } = killedAt(world.store)
  const { put } = store
  let done = false
  store.put = async (at, body, condition) => {
    if (at === key && !done) {
      done = true
      await act()
    }
    return put(at, body, condition)
  }
  return store
}

describe('the same request twice at once', () => {
  it('is done once, and acknowledged to the one that waits', async () => {
    const request = manifest('b', { includedNamespaces: ['shop'] })
    const waits: string[] = []
    const onWait = (error: LeaseHeldError) => waits.push(error.message)
    // The clock stands still but for who waits, so the lease of whoever works lasts.
    const sleep = () => new Promise(resolve => setTimeout(resolve, 1))
    const results = await Promise.all([1, 2].map(() => world.backup(request, { onWait }, { sleep })))
    expect(results.map(({ how }) => how).sort()).toEqual(['acknowledged', 'finished'])
    expect(results[0]?.backup).toEqual(results[1]?.backup)
    expect(waits.length).toBeLessThanOrEqual(1)
    await readBackupFiles(world.store, 'b')
  })

  it('is sent back at once where nobody can wait, as in a queue', async () => {
    const request = manifest('b', { includedNamespaces: ['shop'] })
    let second: unknown
    const store = before(RECORD, async () => {
      second = await world.backup(request, { wait: false }).catch(error => error)
    })
    expect((await world.backup(request, {}, { store })).how).toBe('finished')
    expect(second).toBeInstanceOf(LeaseHeldError)
    expect((await world.backup(request, { wait: false })).how).toBe('acknowledged')
  })
})

describe('another request of the same name', () => {
  it('is refused while the first works, and after', async () => {
    const other = manifest('b', { includedNamespaces: ['shop'] }, 'another-uid')
    let during: unknown
    const store = before(RECORD, async () => {
      during = await world.backup(other).catch(error => error)
    })
    await world.backup(manifest('b', { includedNamespaces: ['shop'] }), {}, { store })
    expect(during).toBeInstanceOf(BackupExistsError)
    await expect(world.backup(other)).rejects.toThrow(BackupExistsError)
    await readBackupFiles(world.store, 'b')
  })

  it('gives one backup when many come at once', async () => {
    const requests = [1, 2, 3].map(i => manifest('b', { includedNamespaces: ['shop'] }, `uid-${i}`))
    const results = await Promise.allSettled(requests.map(request => world.backup(request)))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BackupExistsError)
    await readBackupFiles(world.store, 'b')
  })
})

describe('a record of somebody else', () => {
  it('that appears meanwhile is not overwritten', async () => {
    const foreign = JSON.stringify(manifest('b', {}, 'of-velero'))
    const store = before(RECORD, () => world.store.put(RECORD, foreign))
    await expect(world.backup(manifest('b', { includedNamespaces: ['shop'] }), {}, { store })).rejects.toThrow(
      BackupExistsError,
    )
    expect((await readKey(world.store, RECORD)).toString()).toBe(foreign)
    await expect(world.backup(manifest('b', { includedNamespaces: ['shop'] }))).rejects.toThrow(BackupExistsError)
    expect((await readKey(world.store, RECORD)).toString()).toBe(foreign)
  })

  it('that appears after our run has died is left alone, with all its files', async () => {
    const request = manyManifest('b')
    world.cluster.seed([...manyObjects(24, 600), priorityClass])
    const dying = killedAt(world.store, 25)
    await expect(world.backup(request, {}, { store: dying.store, sizes: SMALL_SIZES })).rejects.toThrow(Killed)
    for (const key of await keys(world.store, 'backups/')) await world.store.delete([key])
    await world.store.put('backups/b/b.tar.gz', 'of velero')
    await world.store.put(RECORD, JSON.stringify(manifest('b', {}, 'of-velero')))
    world.clock.advance(60_000)
    await expect(world.backup(request)).rejects.toThrow(BackupExistsError)
    expect(await keys(world.store, 'backups/')).toEqual(['backups/b/b.tar.gz', RECORD])
  })
})

describe('a holder that sleeps past its lease', () => {
  it('stops without a record when it wakes up, and its successor finishes', async () => {
    const request = manyManifest('b')
    world.cluster.seed([...manyObjects(24, 600), priorityClass])
    let successor: unknown
    const store = before(RECORD, async () => {
      throw new Error('never reached')
    })
    const { uploadPart } = store
    let parts = 0
    store.uploadPart = async (...args) => {
      if (++parts === 6) {
        world.clock.advance(60_000)
        successor = await world.backup(request, {}, { sizes: SMALL_SIZES })
      }
      return uploadPart(...args)
    }
    await expect(world.backup(request, {}, { store, sizes: SMALL_SIZES })).rejects.toThrow()
    expect(successor).toMatchObject({ how: 'finished', backup: { status: { phase: 'Completed' } } })
    await readBackupFiles(world.store, 'b')
    expect((await world.backup(request)).how).toBe('acknowledged')
  })
})

describe('a run that dies among many namespaces', () => {
  it('is gone on with behind the last that was kept', async () => {
    world.cluster.seed(Array.from({ length: 120 }, (_, i) => namespace(`team-${String(i).padStart(3, '0')}`)))
    const request = manifest('b', { includedResources: ['namespaces'] })
    for (let call = 8; ; call += 7) {
      world.store.objects.clear()
      const dying = killedAt(world.store, call)
      const outcome = await world.backup(request, {}, { store: dying.store, sizes: SMALL_SIZES }).catch(error => error)
      if (!(outcome instanceof Killed)) break
      world.clock.advance(60_000)
      await world.backup(request, {}, { sizes: SMALL_SIZES })
      const { stored } = await readBackupFiles(world.store, 'b')
      expect([...(stored.get('namespaces')?.keys() ?? [])].filter(name => name.startsWith('team-')).length).toBe(120)
    }
  }, 30_000)
})

describe('a store that fails', () => {
  it('is told as it failed, not as the lease could not be given up', async () => {
    const { store } = killedAt(world.store)
    store.put = async (key, body, condition) => {
      if (key.startsWith('backups/')) throw new StoreError('no space is left', { code: 'ENOSPC' })
      if (key.endsWith('lease.json') && condition?.ifMatch) throw new StoreError('the lease', { code: 'ENOSPC' })
      return world.store.put(key, body, condition)
    }
    const request = manifest('b', { includedNamespaces: ['shop'] })
    await expect(world.backup(request, {}, { store })).rejects.toThrow('no space is left')
  })

  it('only when the lease is to be given up spoils no backup', async () => {
    const { store } = killedAt(world.store)
    store.put = async (key, body, condition) => {
      if (key.endsWith('lease.json') && condition?.ifMatch) throw new StoreError('the lease', { code: 'ENOSPC' })
      return world.store.put(key, body, condition)
    }
    const { how } = await world.backup(manifest('b', { includedNamespaces: ['shop'] }), {}, { store })
    expect(how).toBe('finished')
  })
})

describe('a command that is typed again', () => {
  it('goes on with what the first one left', async () => {
    const typed = (uid: string) => manifest('b', { includedNamespaces: ['shop'] }, uid)
    const stopped = world.backup(typed('first'), { typed: true, signal: AbortSignal.abort() })
    await expect(stopped).rejects.toThrow(InterruptedError)
    const { how, backup } = await world.backup(typed('second'), { typed: true })
    expect([how, backup.metadata.uid]).toEqual(['finished', 'first'])
    await readBackupFiles(world.store, 'b')
    await expect(world.backup(typed('third'), { typed: true })).rejects.toThrow(BackupExistsError)
  })
})

describe('a run that dies without coming forward', () => {
  it('ends as Failed, with the reason, and leaves its log and results', async () => {
    const request = manifest('b', { includedNamespaces: ['shop'] })
    for (let i = 0; i < 10; i++) {
      const store = before('backups/b/b.tar.gz', async () => {
        throw new Killed('archive')
      })
      const result = await world.backup(request, { wait: false }, { store }).catch(error => error)
      world.clock.advance(60_000)
      if (result instanceof Killed) continue
      expect(result.backup.status).toMatchObject({ phase: 'Failed', errors: 1 })
      expect(result.errors[0]).toContain('without making progress')
      expect(result.givenUp).toContain('without making progress')
      expect(i).toBeLessThanOrEqual(4)
      break
    }
    const left = ['b-logs.gz', 'b-results.gz', 'velero-backup.json'].map(file => `backups/b/${file}`)
    expect(await keys(world.store, 'backups/')).toEqual(left)
    expect((await world.backup(request)).backup.status?.phase).toBe('Failed')
  })
})

describe('what a dead run has left', () => {
  it('and nobody may delete is told, with what to do', async () => {
    const request = manifest('b', { includedNamespaces: ['shop'] })
    const first = before('backups/b/b-lateen-manifest.json', async () => {
      throw new Killed('manifest')
    })
    await expect(world.backup(request, {}, { store: first })).rejects.toThrow(Killed)
    const { store } = killedAt(world.store)
    store.delete = async keys => keys.map(key => ({ key, code: 'AccessDenied', message: 'Access Denied' }))
    world.clock.advance(60_000)
    const failure = await world.backup(request, {}, { store }).catch(error => error)
    expect(failure.message).toMatch(/backups\/b\/.*can't be deleted: Access Denied/)
    expect((await world.backup(request)).how).toBe('finished')
  })
})
