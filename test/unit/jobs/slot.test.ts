import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SlotsTakenError, takeSlot } from '../../../lib/bucket/slots.ts'
import { ConnectionError } from '../../../lib/cluster/types.ts'
import { readBackupFiles, readKey } from '../../helpers/backups.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

const request = (name: string) => manifest(name, { includedNamespaces: ['shop'] })
const QUEUED = { wait: false }
let world: World
beforeEach(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('shop'), configMap('shop/web')])
})
afterEach(() => world[Symbol.asyncDispose]())

const takeOnly = (uid: string) =>
  takeSlot(world.store, { cluster: 'default', limit: 1 }, uid, 'another', world.clock.now)

describe('a backup that a queue brings', () => {
  it('waits without a request to the cluster while another is at work, and leaves no trace of it', async () => {
    const slot = await takeOnly('other')
    const before = [...world.store.objects.keys()]
    const connect = () => Promise.reject(new Error('it was asked'))
    await expect(world.backup(request('b'), QUEUED, { wrap: connect as never })).rejects.toThrow(SlotsTakenError)
    expect([...world.store.objects.keys()]).toEqual(before)
    await slot.release()
    expect((await world.backup(request('b'), QUEUED)).how).toBe('finished')
    expect((await world.backup(request('c'), QUEUED)).how).toBe('finished')
    await takeOnly('other')
  })

  it('is acknowledged without a slot where it has ended', async () => {
    await world.backup(request('b'), QUEUED)
    await takeOnly('other')
    expect((await world.backup(request('b'), QUEUED)).how).toBe('acknowledged')
  })

  it('that is stopped by the deadline goes on before any other', async () => {
    const stopped = await world.backup(request('b'), { ...QUEUED, signal: AbortSignal.abort() })
    expect(stopped.how).toBe('continued')
    await expect(world.backup(request('c'), QUEUED)).rejects.toThrow(SlotsTakenError)
    expect((await world.backup(request('b'), QUEUED)).how).toBe('finished')
    expect((await world.backup(request('c'), QUEUED)).how).toBe('finished')
  })

  it('gives its slot to others when its continuation does not come', async () => {
    await world.backup(request('b'), { ...QUEUED, signal: AbortSignal.abort() })
    world.clock.advance(301_000)
    expect((await world.backup(request('c'), QUEUED)).how).toBe('finished')
    expect((await world.backup(request('b'), QUEUED)).how).toBe('finished')
    await readBackupFiles(world.store, 'b')
  })
})

describe('whoever waits for the answer', () => {
  it('gets a backup, and a restore, whatever is at work', async () => {
    await takeOnly('other')
    expect((await world.backup(request('b'), { typed: true })).how).toBe('finished')
    expect((await world.backup(request('c'), { wait: true })).how).toBe('finished')
    expect((await world.restore(restoreOf('r'), QUEUED)).how).toBe('finished')
  })
})

describe('a backup of a cluster that can not be reached', () => {
  const down = () => {
    throw new ConnectionError('cannot reach the API server: connection refused')
  }
  const fail = (last: boolean) => world.backup(request('b'), { ...QUEUED, last }, { wrap: down })

  it('leaves nothing but the error while its message comes again', async () => {
    await expect(fail(false)).rejects.toThrow('connection refused')
    expect((await world.backup(request('b'), QUEUED)).backup.status?.phase).toBe('Completed')
  })

  it('is recorded as Failed with the reason by the last try', async () => {
    const { how, backup, errors } = await fail(true)
    expect([how, backup.status?.phase]).toEqual(['finished', 'Failed'])
    expect(errors).toEqual(['cannot reach the API server: connection refused'])
    const record = JSON.parse((await readKey(world.store, 'backups/b/velero-backup.json')).toString())
    expect(record.status).toMatchObject({ phase: 'Failed', failureReason: errors[0] })
    expect((await world.backup(request('b'), QUEUED)).how).toBe('acknowledged')
  })

  it('that has begun is not given up by it: it can be gone on with', async () => {
    await world.backup(request('b'), { ...QUEUED, signal: AbortSignal.abort() })
    await expect(fail(true)).rejects.toThrow('connection refused')
    expect((await world.backup(request('b'), QUEUED)).backup.status?.phase).toBe('Completed')
  })
})
