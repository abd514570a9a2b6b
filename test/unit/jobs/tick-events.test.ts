import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../lib/config/places.ts'
import { handleBackupEvent } from '../../../lib/jobs/backup-events.ts'
import type { Queues } from '../../../lib/jobs/queue.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { LOCATION, putSchedule, scheduleOf, storedSchedule } from '../../helpers/schedules.ts'
import { NOW, openInvocation } from './invocation.ts'

const place = (name: string, more: Partial<Place> = {}): Place => ({
  location: { ...LOCATION, name },
  schedules: [],
  ...more,
})

/** Stores by the names of locations, each with an hourly schedule that is due; one without a store can't be reached. */
async function world(places: Place[], queues?: false | Partial<Queues>) {
  const { base, told } = openInvocation<Backup>(queues)
  const stores = new Map<string, MemoryStore>()
  for (const { location } of places) {
    if (location.name === 'dead') continue
    const store = Object.assign(new MemoryStore(), { url: `memory:///${location.name}` })
    stores.set(location.name, store)
    await putSchedule(store, scheduleOf('hourly', '30 * * * *'), new Date(NOW.getTime() - 3_600_000))
  }
  const made: Backup[] = []
  const invocation = {
    ...base,
    places,
    createBackup: async (_: unknown, backup: Backup) => {
      made.push(backup)
      return { backup, how: 'finished' as const, errors: [], warnings: [] }
    },
  }
  const event: unknown = JSON.parse(await readFile('events/backup-tick.json', 'utf8'))
  // For a location that is silent, time is over when all others are done; for none before.
  const { promise: late, resolve: othersDone } = Promise.withResolvers<void>()
  const silent = places.filter(({ location }) => location.name === 'silent').length
  let pending = places.length
  const sleep = async (_: number, signal?: AbortSignal) => {
    signal?.addEventListener('abort', () => {
      if (--pending === silent && silent > 0) othersDone()
    })
    await late
  }
  const open = async ({ name }: { name: string }) => {
    const store = stores.get(name)
    if (name === 'silent') return new Promise<MemoryStore>(() => {})
    if (store === undefined) throw new Error('no way to the bucket')
    return store
  }
  return { told, made, stores, late, handle: () => handleBackupEvent(event, invocation, open, { sleep }) }
}

describe('the timer of schedules', () => {
  it('puts what is due in each location into the queue, for the cluster and the location', async () => {
    const { told, handle, made } = await world([place('prod', { cluster: 'north' }), place('default')])
    expect(await handle()).toEqual([
      { location: 'prod', sent: ['hourly-20261122073000'], problems: [] },
      { location: 'default', sent: ['hourly-20261122073000'], problems: [] },
    ])
    const prod = told.sent.find(({ spec }) => spec.storageLocation === 'prod')
    expect(prod?.metadata.annotations).toEqual({ 'lateen.io/cluster': 'north' })
    expect(told.sent.find(({ spec }) => spec.storageLocation === 'default')?.metadata.annotations).toEqual({})
    expect(told.sent).toHaveLength(2)
    expect(made).toEqual([])
    expect(await handle()).toMatchObject([{ sent: [] }, { sent: [] }])
  })

  it('leaves the cluster to the schedule where that names one', async () => {
    const { told, handle, stores } = await world([place('prod', { cluster: 'north' })])
    const annotations = { 'lateen.io/cluster': 'south' }
    const made = new Date(NOW.getTime() - 3_600_000)
    await putSchedule(stores.get('prod') as MemoryStore, scheduleOf('other', '30 * * * *', {}, { annotations }), made)
    await handle()
    const other = told.sent.find(({ metadata }) => metadata.name.startsWith('other'))
    expect(other?.metadata.annotations).toEqual(annotations)
  })

  it('is delayed in no location by another that is dead', async () => {
    const { told, handle } = await world([place('dead'), place('prod')])
    expect(await handle()).toEqual([
      { location: 'dead', sent: [], problems: [], failed: 'no way to the bucket' },
      { location: 'prod', sent: ['hourly-20261122073000'], problems: [] },
    ])
    expect(told.logged.map(([level]) => level)).toContain('error')
  })

  it('is delayed in no location by another that does not answer, of which is told when its time is over', async () => {
    const { handle, told, late } = await world([place('silent'), place('prod'), place('default')])
    const answers = handle()
    await late
    expect(await answers).toEqual([
      { location: 'silent', sent: [], problems: [], failed: expect.stringContaining('within 60 s') },
      { location: 'prod', sent: ['hourly-20261122073000'], problems: [] },
      { location: 'default', sent: ['hourly-20261122073000'], problems: [] },
    ])
    expect(told.logged.filter(([level]) => level === 'error')).toHaveLength(1)
  })

  it('sends one message for each of hundreds of clusters, each a request of its own', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `c-${i}`)
    const { handle, told } = await world(names.map(name => place(name, { cluster: name })))
    await Promise.all([handle(), handle()])
    expect(told.sent.map(({ metadata }) => metadata.annotations?.['lateen.io/cluster']).sort()).toEqual(names.sort())
    expect(new Set(told.sent.map(({ metadata }) => metadata.uid)).size).toBe(200)
    expect(new Set(told.sent.map(({ metadata }) => metadata.name)).size).toBe(1)
  })

  it('tells of a cluster that is not configured, and goes on trying', async () => {
    const { told, handle, stores } = await world([place('prod', { cluster: 'nowhere' })])
    expect(await handle()).toMatchObject([
      { sent: [], problems: [{ schedule: 'hourly', problem: 'no cluster is called "nowhere"' }] },
    ])
    expect(told.sent).toEqual([])
    const { metadata } = await storedSchedule(stores.get('prod') as MemoryStore, 'hourly')
    expect(metadata.annotations?.['lateen.io/unsent-run']).toMatch(/^2026-11-22T07:30:00Z /)
  })

  it('makes schedules of lateen.yaml in the locations of their clusters', async () => {
    const { handle, stores } = await world([place('prod', { schedules: [scheduleOf('nightly', '0 3 * * *')] })])
    await handle()
    expect((await storedSchedule(stores.get('prod') as MemoryStore, 'nightly')).status).toEqual({ phase: 'Enabled' })
  })

  it('works at once where there is no queue', async () => {
    const { made, handle } = await world([place('prod')], false)
    await handle()
    expect(made.map(({ metadata }) => metadata.name)).toEqual(['hourly-20261122073000'])
  })
})
