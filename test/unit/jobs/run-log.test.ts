import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readBytes } from '../../../lib/bucket/documents.ts'
import { Lease } from '../../../lib/bucket/lease.ts'
import { BACKUPS } from '../../../lib/bucket/record-kinds.ts'
import { claimName, writeOutcome } from '../../../lib/bucket/runs.ts'
import { cancelBackup } from '../../../lib/jobs/cancel.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import { type LogEvent, readBackupLog, readRestoreLog } from '../../../lib/jobs/run-log.ts'
import { manyObjects, SMALL_SIZES } from '../../helpers/many-objects.ts'
import type { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest, openWorld, restoreOf, type World } from '../../helpers/world.ts'

const stopped = AbortSignal.abort()
const small = { sizes: SMALL_SIZES }
const settings = {
  cluster: {},
  location: { name: 'default', spec: { provider: 'file', objectStorage: { bucket: '/x' } } },
}

let world: World
let store: MemoryStore
beforeAll(async () => {
  world = await openWorld()
  world.cluster.seed(manyObjects(1600))
}, 30_000)
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  store = world.store.copy()
})

const backup = (name: string, signal?: AbortSignal) =>
  world.backup(
    manifest(name, { includedNamespaces: ['a', 'b', 'c'] }),
    { ...(signal && { signal }) },
    { ...small, store },
  )

/** What is read of a log; `between` is called for each sleep, with its number. */
async function read(name: string, follow: boolean, between: (round: number) => Promise<unknown> = async () => {}) {
  let rounds = 0
  const sleep = async () => {
    if (rounds++ > 50) throw new Error('it never ends')
    await between(rounds)
  }
  const around = { openStore: async () => store, sleep }
  const events: LogEvent[] = await Array.fromAsync(
    readBackupLog(settings, name, { follow, now: world.clock.now }, around),
  )
  return {
    text: Buffer.concat(events.flatMap(event => ('text' in event ? [event.text] : []))).toString(),
    notices: events.flatMap(event => ('notice' in event ? [event.notice] : [])),
    phase: events.flatMap(event => ('phase' in event ? [event.phase] : []))[0],
  }
}

const logOf = async (name: string) => gunzipSync(await readBytes(store, `backups/${name}/${name}-logs.gz`)).toString()

describe('the log of a run without a record', () => {
  it('is what its last checkpoint holds, and what is missing is told', async () => {
    await backup('x', stopped)
    const { text, notices, phase } = await read('x', false)
    expect(text).toContain('Backup started')
    expect(text).toContain('Backed up item')
    expect(text.endsWith('\n')).toBe(true)
    expect(notices).toEqual([expect.stringContaining('Nobody works on the run at present')])
    expect(phase).toBeUndefined()
  })

  it('tells that it is at work while somebody holds its lease', async () => {
    await backup('x', stopped)
    await Lease.acquire(store, 'uid-of-x', 'busy', world.clock.now)
    expect((await read('x', false)).notices).toEqual([expect.stringContaining('--follow')])
  })

  it('is empty before the first checkpoint, and that is told', async () => {
    await claimName(store, BACKUPS, manifest('x'), 'uid-of-x', world.clock.now())
    const { text, notices } = await read('x', false)
    expect(text).toBe('')
    expect(notices).toEqual([expect.stringContaining('since its beginning')])
  })

  it('of a request that validation refused is its errors', async () => {
    await claimName(store, BACKUPS, manifest('bad'), 'uid-of-bad', world.clock.now())
    const record = {
      ...manifest('bad'),
      status: { phase: 'FailedValidation' as const, validationErrors: ['the location is read-only'] },
    }
    const ended = world.clock.now().toISOString()
    await writeOutcome(store, { uid: 'uid-of-bad', name: 'bad', ended, record, errors: [], warnings: [] })
    const { text, phase } = await read('bad', true)
    expect(text).toMatch(/^time="2026-11-22T08:\S+" level=error msg="the location is read-only" backup=velero\/bad\n$/)
    expect(phase).toBe('FailedValidation')
  })

  it('is refused where nobody has the name', async () => {
    await expect(read('none', true)).rejects.toThrow(BackupNotFoundError)
  })
})

describe('a log that is followed', () => {
  it('is in the end the very log of the run, each line once, over several invocations', async () => {
    await backup('x', stopped)
    let parts = 0
    const { text, phase } = await read('x', true, async round => {
      parts = round
      await backup('x', round < 4 ? stopped : undefined)
    })
    expect(parts).toBeGreaterThan(1)
    expect(phase).toBe('Completed')
    expect(text).toBe(await logOf('x'))
  })

  it('ends with a run that is cancelled', async () => {
    await backup('x', stopped)
    const { text, phase, notices } = await read('x', true, () =>
      cancelBackup(settings, 'x', { now: world.clock.now }, { openStore: async () => store, sizes: SMALL_SIZES }),
    )
    expect(phase).toBe('Failed')
    expect(text).toBe(await logOf('x'))
    expect(text).toContain('cancelled by')
    expect(notices).toEqual([expect.stringContaining('waiting for its continuation')])
  })

  it('that was given up and begins otherwise is given whole', async () => {
    await backup('x', stopped)
    const { text, phase } = await read('x', true, async () => {
      // By a queue, to which nothing has come of it three times.
      for (let i = 0; i < 4; i++) {
        await Lease.acquire(store, 'uid-of-x', `dead-${i}`, world.clock.now)
        world.clock.advance(60_000)
      }
      await world.backup(manifest('x', { includedNamespaces: ['a', 'b', 'c'] }), { wait: false }, { ...small, store })
    })
    expect(phase).toBe('Failed')
    expect(text.endsWith(await logOf('x'))).toBe(true)
    expect(text).toContain('Backed up item')
  })
})

it('the log of a restore is read in the same way', async () => {
  await backup('b')
  const restore = (signal?: AbortSignal) =>
    world.restore(
      restoreOf('r', { includedResources: ['configmaps'], namespaceMapping: { a: 'r-a', b: 'r-b', c: 'r-c' } }),
      { ...(signal && { signal }) },
      { ...small, store },
    )
  await restore(stopped)
  const around = { openStore: async () => store, sleep: () => restore() }
  const events = await Array.fromAsync(readRestoreLog(settings, 'r', { follow: true, now: world.clock.now }, around))
  const text = Buffer.concat(events.flatMap(event => ('text' in event ? [event.text] : []))).toString()
  expect(text).toBe(gunzipSync(await readBytes(store, 'restores/r/restore-r-logs.gz')).toString())
  expect(events.at(-1)).toEqual({ phase: 'Completed' })
})
