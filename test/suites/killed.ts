import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackupResult } from '../../lib/jobs/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { type BackupFiles, keys, readBackupFiles } from '../helpers/backups.ts'
import { Killed, killedAt } from '../helpers/failing-store.ts'
import { manyManifest, manyObjects, priorityClass, SMALL_SIZES } from '../helpers/many-objects.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { openWorld, type World } from '../helpers/world.ts'

const PAST_THE_LEASE = 31_000
const RECORD = 'backups/b/velero-backup.json'
const request = manyManifest('b')
const ended = AbortSignal.abort()

/** In how much time a message is worked on: no invocation `in steps` has time for more than a page. */
type Mode = 'through' | 'in steps'

let world: World
let whole: BackupFiles
let calls: Record<Mode, string[]>

/** One message, sent until it is done with. */
async function run(on: ObjectStore, mode: Mode): Promise<BackupResult> {
  const options = mode === 'through' ? {} : { signal: ended }
  for (let i = 0; i < 50; i++) {
    const result = await world.backup(request, options, { store: on, sizes: SMALL_SIZES })
    if (result.how !== 'continued') return result
  }
  throw new Error('it does not come to an end')
}

const contentOf = ({ stored }: BackupFiles) =>
  [...stored].map(([type, objects]) => [type, [...objects].map(([key, json]) => [key, json.toString()]).sort()]).sort()

async function expectWhole(store: MemoryStore): Promise<void> {
  const files = await readBackupFiles(store, 'b')
  expect(files.list).toEqual(whole.list)
  expect(contentOf(files)).toEqual(contentOf(whole))
  expect(files.results).toEqual(whole.results)
  expect(files.volumes).toEqual(whole.volumes)
  expect(files.record.status?.phase).toBe('Completed')
  const uid = request.metadata.uid
  expect(await keys(store, 'metadata/')).toEqual([
    'metadata/lateen/names/backups/b.json',
    `metadata/lateen/runs/${uid}/lease.json`,
    `metadata/lateen/runs/${uid}/outcome.json`,
  ])
  expect([...store.uploads.values()].map(upload => upload.key)).toEqual([])
}

/** Dies with this call of the store; answers false where there is none. A record is there only if its write was seen. */
async function killAt(store: MemoryStore, mode: Mode, call: number, carriedOut: boolean): Promise<boolean> {
  const dying = killedAt(store, call, carriedOut)
  await run(dying.store, mode).catch(error => expect(error).toBeInstanceOf(Killed))
  if (dying.calls.length < call) return false
  const seen = dying.calls.slice(0, carriedOut ? call : call - 1)
  expect((await store.head(RECORD)) !== undefined).toBe(seen.includes(`put ${RECORD}`))
  return true
}

async function diesAndIsTakenUp(mode: Mode, call: number, carriedOut: boolean): Promise<boolean> {
  const store = new MemoryStore(0)
  try {
    if (!(await killAt(store, mode, call, carriedOut))) return false
    world.clock.advance(PAST_THE_LEASE)
    expect(['finished', 'acknowledged']).toContain((await run(store, mode)).how)
    await expectWhole(store)
  } catch (error) {
    const what = `${mode}, died at call ${call} (${calls[mode][call - 1]}), carried out: ${carriedOut}`
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  }
  return true
}

/** `every`: which calls of the store are died at; 1 for all, each carried out and not. */
export function killedSuite(every: Record<Mode, number>): void {
  describe('a run that dies', () => {
    beforeAll(async () => {
      world = await openWorld()
      world.cluster.seed([...manyObjects(24, 600), priorityClass])
      const stores = { through: killedAt(new MemoryStore(0)), 'in steps': killedAt(new MemoryStore(0)) }
      for (const mode of ['through', 'in steps'] as const) await run(stores[mode].store, mode)
      calls = { through: [...stores.through.calls], 'in steps': [...stores['in steps'].calls] }
      whole = await readBackupFiles(stores.through.store, 'b')
    }, 30_000)
    afterAll(() => world[Symbol.asyncDispose]())

    it('passes, undisturbed, by parts, segments and checkpoints', () => {
      for (const mode of ['through', 'in steps'] as const) {
        const files = calls[mode].map(call => call.replace(/ .*(?=\/)/, ' '))
        expect(files.filter(call => call.startsWith('uploadPart')).length).toBeGreaterThan(5)
        expect(files.filter(call => call.startsWith('put /1-')).length).toBeGreaterThan(3)
        expect(files.filter(call => call === 'put /checkpoint.json').length).toBeGreaterThan(1)
      }
      expect(calls['in steps'].filter(call => call.endsWith('/lease.json')).length).toBeGreaterThan(12)
    })

    it.each([
      'through',
      'in steps',
    ] as const)('at any call of the store is taken up by the same message: %s', async mode => {
      for (let call = 1; ; call += every[mode]) {
        if (!(await diesAndIsTakenUp(mode, call, call % 2 === 0))) return
        if (every[mode] === 1 && !(await diesAndIsTakenUp(mode, call, call % 2 !== 0))) return
      }
    }, 600_000)

    it('again and again, a little later each time, comes to its end', async () => {
      const store = new MemoryStore(0)
      for (let call = 8; ; call += 9) {
        if (!(await killAt(store, 'in steps', call, call % 2 === 0))) break
        world.clock.advance(PAST_THE_LEASE)
      }
      expect((await run(store, 'through')).how).toBe('acknowledged')
      await expectWhole(store)
    }, 60_000)
  })
}
