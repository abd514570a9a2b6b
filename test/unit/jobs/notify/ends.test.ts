import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../../../../lib/bucket/documents.ts'
import { runNotifiedKey } from '../../../../lib/bucket/layout.ts'
import { AROUND } from '../../../../lib/jobs/around.ts'
import { cancelBackup } from '../../../../lib/jobs/cancel.ts'
import { collect } from '../../../helpers/collected.ts'
import { guarded, Killed, killedAt } from '../../../helpers/failing-store.ts'
import { MemoryStore } from '../../../helpers/memory-store.ts'
import { Listeners, listener } from '../../../helpers/notified.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, settingsOf, type World } from '../../../helpers/world.ts'

const HOUR = 3_600_000

let world: World
let listeners: Listeners
let store: MemoryStore
beforeAll(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('shop'), configMap('shop/web')])
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  listeners = new Listeners()
  store = new MemoryStore(0, world.clock.now)
})

const spec = { includedNamespaces: ['shop'] }
const around = (...notifications: ReturnType<typeof listener>[]) => ({
  ...{ store, deliver: listeners.deliver, notifications },
})
const sweep = (...notifications: ReturnType<typeof listener>[]) =>
  collect(store, { now: world.clock.now }, { notifications, deliver: listeners.deliver, sleep: world.clock.sleep })

describe('the end of a run', () => {
  it('is told once to each who wants to know, however often its message comes', async () => {
    const all = around(listener('a'), listener('b'))
    await world.backup(manifest('b1', spec), {}, all)
    await world.backup(manifest('b1', spec), {}, all)
    expect(listeners.lines.sort()).toEqual(['b1 Completed to a', 'b1 Completed to b'])
    await world.restore(restoreOf('r1', { backupName: 'b1' }), {}, all)
    await world.restore(restoreOf('r1', { backupName: 'b1' }), {}, all)
    expect(listeners.lines.slice(2).sort()).toEqual(['r1 Completed to a', 'r1 Completed to b'])
  })

  it('is told to those of its phase, cluster and schedule only', async () => {
    const labelled = manifest('b1', spec)
    labelled.metadata.labels = { 'velero.io/schedule-name': 'nightly' }
    labelled.metadata.annotations = { 'lateen.io/cluster': 'prod' }
    await world.backup(
      labelled,
      {},
      around(
        listener('failures', { phases: ['Failed'] }),
        listener('prod', { clusters: ['prod'] }),
        listener('staging', { clusters: ['staging'] }),
        listener('nightly', { schedules: ['nightly', 'hourly'] }),
        listener('hourly', { schedules: ['hourly'] }),
      ),
    )
    expect(listeners.told.map(({ to }) => to).sort()).toEqual(['nightly', 'prod'])
  })

  it('is told where it was refused before it began', async () => {
    const bad = manifest('b1', { includedNamespaces: ['shop'], excludedNamespaces: ['shop'] })
    await world.backup(bad, {}, around(listener('a')))
    await world.backup(bad, {}, around(listener('a')))
    expect(listeners.lines).toEqual(['b1 FailedValidation to a'])
    const [{ notice }] = listeners.told as [(typeof listeners.told)[0]]
    expect(notice.validationErrors?.[0]).toMatch(/shop/)
    expect(notice.report.url).toMatch(/metadata\/lateen\/runs\/uid-of-b1\/outcome.json$/)
  })

  it('is no worse for somebody who can not be told: tried again, and by the next collection', async () => {
    listeners.refusing.add('b')
    const problems: string[] = []
    const both = [listener('a'), listener('b')]
    const { backup } = await world.backup(
      manifest('b1', spec),
      { onUnsent: text => problems.push(text) },
      around(...both),
    )
    expect(backup.status?.phase).toBe('Completed')
    expect(listeners.tries).toBe(4)
    expect(problems).toEqual(['eventBus b was not told of b1: it answered 503'])

    world.clock.advance(HOUR)
    expect((await sweep(...both)).problems).toEqual(problems)
    listeners.refusing.clear()
    world.clock.advance(HOUR)
    expect(await sweep(...both)).toMatchObject({ problems: [], unsent: 0 })
    await sweep(...both)
    expect(listeners.lines).toEqual(['b1 Completed to a', 'b1 Completed to b'])
  })

  it('is no news after a day, and not told to who came to the configuration later', async () => {
    listeners.refusing.add('a')
    await world.backup(manifest('b1', spec), {}, around(listener('a')))
    listeners.refusing.clear()
    world.clock.advance(HOUR)
    await sweep(listener('new'))
    world.clock.advance(24 * HOUR)
    await sweep(listener('a'), listener('new'))
    expect(listeners.lines).toEqual([])
  })

  it('costs no request where nobody is to be told', async () => {
    const counted = killedAt(store)
    await world.backup(manifest('b1', spec), {}, { ...around(), store: counted.store })
    const without = counted.calls.length
    const other = killedAt(new MemoryStore(0, world.clock.now))
    await world.backup(
      manifest('b1', spec),
      {},
      { ...around(listener('failures', { phases: ['Failed'] })), store: other.store },
    )
    expect(other.calls.length).toBe(without)
  })
})

describe('a run that dies at any call after its record', () => {
  it('is told of by whoever gets its message again', async () => {
    const counted = killedAt(store)
    await world.backup(manifest('b1', spec), {}, { ...around(listener('a')), store: counted.store })
    const record = counted.calls.indexOf('put backups/b1/velero-backup.json') + 1
    expect(record).toBeGreaterThan(0)
    for (let at = record; at <= counted.calls.length; at++)
      for (const carriedOut of [false, true]) {
        const fresh = new MemoryStore(0, world.clock.now)
        listeners.told.length = 0
        const all = around(listener('a'))
        await world
          .backup(manifest('b1', spec), {}, { ...all, store: killedAt(fresh, at, carriedOut).store })
          .catch(error => expect(error).toBeInstanceOf(Killed))
        world.clock.advance(60_000)
        await world.backup(manifest('b1', spec), {}, { ...all, store: fresh })
        const what = `${counted.calls[at - 1]}${carriedOut ? ' carried out' : ''}`
        expect(new Set(listeners.lines), what).toEqual(new Set(['b1 Completed to a']))
        expect((await readDocument(fresh, runNotifiedKey('uid-of-b1')))?.value, what).toMatchObject({ version: 1 })
      }
  })

  it('is told of by the next collection, if no message comes', async () => {
    const dying = guarded(store, async (what, call) => {
      if (/notified/.test(what)) throw new Killed(what)
      return call()
    })
    await world.backup(manifest('b1', spec), {}, { ...around(listener('a')), store: dying })
    expect(listeners.lines).toEqual([])
    await sweep(listener('a'))
    // Whoever ended it may still be at it.
    expect(listeners.lines).toEqual([])
    world.clock.advance(HOUR)
    await sweep(listener('a'))
    expect(listeners.lines).toEqual(['b1 Completed to a'])
  })
})

describe('a run that somebody else ends', () => {
  /** It dies with the first of its files. */
  const die = (name: string) => {
    let dead = false
    const dying = guarded(store, async (what, call) => {
      dead ||= what.includes(`backups/${name}/${name}`) && what.startsWith('put')
      if (dead) throw new Killed(what)
      return call()
    })
    return world.backup(manifest(name, spec), {}, { ...around(listener('a')), store: dying }).catch(() => {})
  }

  it('as dead, in a collection, is told of by that', async () => {
    await die('b1')
    world.clock.advance(25 * HOUR)
    await sweep(listener('a'))
    expect(listeners.lines).toEqual(['b1 Failed to a'])
    expect(listeners.told[0]?.notice.failureReason).toMatch(/24 hours/)
  })

  it('by cancelling it is told of by that', async () => {
    await die('b1')
    const settings = { ...settingsOf(), notifications: [listener('a')] }
    const others = { openStore: async () => store, deliver: listeners.deliver, sleep: world.clock.sleep }
    const outcome = await cancelBackup(settings, 'b1', { now: world.clock.now, by: 'ann' }, { ...AROUND, ...others })
    expect(outcome).toBe('cancelled')
    expect(listeners.lines).toEqual(['b1 Failed to a'])
    expect(listeners.told[0]?.notice.failureReason).toMatch(/cancelled by ann/)
  })
})
