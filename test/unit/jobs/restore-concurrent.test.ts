import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LeaseHeldError } from '../../../lib/bucket/lease.ts'
import { RestoreExistsError } from '../../../lib/bucket/record-kinds.ts'
import { InterruptedError } from '../../../lib/jobs/errors.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { ask } from '../../helpers/ask.ts'
import { keys } from '../../helpers/backups.ts'
import { guarded, Killed } from '../../helpers/failing-store.ts'
import { Process } from '../../helpers/process.ts'
import { readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const RECORD = 'restores/r/velero-restore.json'
const LOG = 'restores/r/restore-r-logs.gz'
const MANY = Array.from({ length: 20 }, (_, i) => configMap(`shop/map-${i}`))

let world: World
beforeEach(async () => {
  world = await openWorld()
  await storeBackup(world.store, 'b', [namespace('shop'), ...MANY])
})
afterEach(() => world[Symbol.asyncDispose]())

/** The store, doing something just before its first put of this key. */
function justBefore(key: string, act: () => Promise<unknown>): ObjectStore {
  let done = false
  return guarded(world.store, async (what, call) => {
    if (what === `put ${key}` && !done) {
      done = true
      await act()
    }
    return call()
  })
}

async function expectWhole(): Promise<void> {
  const { list, record } = await readRestoreFiles(world.store, 'r')
  expect(list['v1/ConfigMap']?.filter(line => line.endsWith('(created)'))).toHaveLength(MANY.length)
  expect(list['v1/Namespace']).toEqual(['shop(created)'])
  expect(record.status?.phase).toBe('Completed')
}

describe('the same restore twice at once', () => {
  it('is done once, and acknowledged to the one that waits', async () => {
    const waits: string[] = []
    const onWait = (error: LeaseHeldError) => waits.push(error.message)
    // The clock stands still but for who waits, so the lease of whoever works lasts.
    const sleep = () => new Promise(resolve => setTimeout(resolve, 1))
    const results = await Promise.all([1, 2].map(() => world.restore(restoreOf('r'), { onWait }, { sleep })))
    expect(results.map(({ how }) => how).sort()).toEqual(['acknowledged', 'finished'])
    expect(results[0]?.restore).toEqual(results[1]?.restore)
    expect(waits.length).toBeLessThanOrEqual(1)
    await expectWhole()
  })

  it('is sent back at once where nobody can wait, as in a queue', async () => {
    let second: unknown
    const store = justBefore(RECORD, async () => {
      second = await world.restore(restoreOf('r'), { wait: false }).catch(error => error)
    })
    expect((await world.restore(restoreOf('r'), {}, { store })).how).toBe('finished')
    expect(second).toBeInstanceOf(LeaseHeldError)
    expect((await world.restore(restoreOf('r'), { wait: false })).how).toBe('acknowledged')
  })
})

describe('another restore of the same name', () => {
  it('is refused while the first works, and after', async () => {
    const other = restoreOf('r', {}, { uid: 'another' })
    let during: unknown
    const store = justBefore(RECORD, async () => {
      during = await world.restore(other).catch(error => error)
    })
    await world.restore(restoreOf('r'), {}, { store })
    expect(during).toBeInstanceOf(RestoreExistsError)
    await expect(world.restore(other)).rejects.toThrow(RestoreExistsError)
    await expectWhole()
  })

  it('gives one restore when many come at once', async () => {
    const requests = [1, 2, 3].map(i => restoreOf('r', {}, { uid: `uid-${i}` }))
    const results = await Promise.allSettled(requests.map(request => world.restore(request)))
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(1)
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RestoreExistsError)
    await expectWhole()
  })

  it('that somebody recorded meanwhile is not overwritten', async () => {
    const foreign = JSON.stringify(restoreOf('r', {}, { uid: 'of-somebody' }))
    const store = justBefore(RECORD, () => world.store.put(RECORD, foreign))
    await expect(world.restore(restoreOf('r'), {}, { store })).rejects.toThrow(RestoreExistsError)
    expect(world.store.objects.get(RECORD)?.body.toString()).toBe(foreign)
  })
})

describe('two restores of one backup at once', () => {
  it('share the objects between them, each told of what it did', async () => {
    await Promise.all(['r', 'q'].map(name => world.restore(restoreOf(name))))
    const lists = await Promise.all(['r', 'q'].map(async name => (await readRestoreFiles(world.store, name)).list))
    const of = (action: string) =>
      lists.flatMap(list => list['v1/ConfigMap'] ?? []).filter(line => line.endsWith(action))
    expect(of('(created)')).toHaveLength(MANY.length)
    expect(of('(skipped)')).toHaveLength(MANY.length)
  })
})

describe('a holder that sleeps past its lease', () => {
  it('stops without a record when it wakes up, and its successor finishes', async () => {
    let successor: unknown
    const store = justBefore(LOG, async () => {
      world.clock.advance(60_000)
      successor = await world.restore(restoreOf('r'))
    })
    await expect(world.restore(restoreOf('r'), {}, { store })).rejects.toThrow()
    expect(successor).toMatchObject({ how: 'finished', restore: { status: { phase: 'Completed' } } })
    await expectWhole()
    expect((await world.restore(restoreOf('r'))).how).toBe('acknowledged')
  })
})

describe('a command that is typed again', () => {
  it('goes on with what the first one left', async () => {
    const typed = (uid: string) => restoreOf('r', {}, { uid })
    const stopped = world.restore(typed('first'), { typed: true, signal: AbortSignal.abort() })
    await expect(stopped).rejects.toThrow(InterruptedError)
    const { how, restore } = await world.restore(typed('second'), { typed: true })
    expect([how, restore.metadata.uid]).toEqual(['finished', 'first'])
    await expectWhole()
    await expect(world.restore(typed('third'), { typed: true })).rejects.toThrow(RestoreExistsError)
  })
})

describe('a restore that dies without coming forward', () => {
  it('ends as Failed, with the reason, a log and results', async () => {
    for (let i = 0; ; i++) {
      const process = new Process({ side: 'cluster', act: 'writes', call: 1, carriedOut: false })
      const around = { store: process.store(world.store), wrap: process.wrap }
      const result = await world.restore(restoreOf('r'), { wait: false }, around).catch(error => error)
      world.clock.advance(60_000)
      if (result instanceof Killed) continue
      expect(result.restore.status).toMatchObject({ phase: 'Failed', errors: 1 })
      expect(result.errors[0]).toContain('without making progress')
      expect(result.givenUp).toContain('without making progress')
      expect(i).toBe(3)
      break
    }
    const { record, list } = await readRestoreFiles(world.store, 'r')
    expect([record.status?.phase, list]).toEqual(['Failed', {}])
    expect((await world.restore(restoreOf('r'))).restore.status?.phase).toBe('Failed')
    expect(await ask(world, '/api/v1/namespaces/shop')).toBeUndefined()
  })

  it('goes on all the same where a person asks for it', async () => {
    for (let i = 0; i < 5; i++) {
      const process = new Process({ side: 'cluster', act: 'writes', call: 1, carriedOut: false })
      const around = { store: process.store(world.store), wrap: process.wrap }
      await expect(world.restore(restoreOf('r'), {}, around)).rejects.toThrow(Killed)
      world.clock.advance(60_000)
    }
    expect((await world.restore(restoreOf('r'))).restore.status?.phase).toBe('Completed')
  })
})

describe('what a dead run has left', () => {
  it('and nobody may delete is told, with what to do', async () => {
    const first = justBefore(RECORD, async () => {
      throw new Killed('record')
    })
    await expect(world.restore(restoreOf('r'), {}, { store: first })).rejects.toThrow(Killed)
    const store = guarded(world.store, (_, call) => call())
    store.delete = async keys => keys.map(key => ({ key, code: 'AccessDenied', message: 'Access Denied' }))
    world.clock.advance(60_000)
    const failure = await world.restore(restoreOf('r'), {}, { store }).catch(error => error)
    expect(failure.message).toMatch(/restores\/r\/.*can't be deleted: Access Denied/)
    expect((await world.restore(restoreOf('r'))).how).toBe('finished')
    await expectWhole()
  })

  it('of an upload is ended', async () => {
    const store = justBefore(RECORD, async () => {
      await world.store.createUpload(LOG)
      throw new Killed('record')
    })
    await expect(world.restore(restoreOf('r'), {}, { store })).rejects.toThrow(Killed)
    world.clock.advance(60_000)
    await world.restore(restoreOf('r'))
    expect(world.store.uploads.size).toBe(0)
    expect(await keys(world.store, 'restores/')).toHaveLength(6)
  })
})
