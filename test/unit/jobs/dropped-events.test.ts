import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { LocationSettings } from '../../../lib/config/types.ts'
import type { Queues } from '../../../lib/jobs/queue.ts'
import { handleRestoreEvent, type RestoreInvocation } from '../../../lib/jobs/restore-events.ts'
import { StoreError } from '../../../lib/store/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { openInvocation } from './invocation.ts'

const KEY = 'metadata/lateen/requests/shop.json'

const location = (name: string, bucket: string, prefix?: string, provider = 'aws'): LocationSettings => ({
  name,
  spec: { provider, objectStorage: { bucket, ...(prefix && { prefix }) } },
})

/** An invocation with these locations, of which each has a store of its own. */
function world(locations: LocationSettings[], given: false | Partial<Queues> = {}) {
  const { base, told } = openInvocation<Restore>(given)
  const worked: Restore[] = []
  const open = { stores: 0 }
  const stores = new Map(locations.map(({ name }) => [name, new MemoryStore()]))
  const storeOf = (name: string) => {
    const store = stores.get(name)
    if (store === undefined) throw new Error(`no location ${name}`)
    return store
  }
  for (const store of stores.values()) store.close = async () => void open.stores--
  const invocation: RestoreInvocation = {
    ...base,
    locations,
    createRestore: async (_, restore) => {
      worked.push(restore)
      return { restore: { ...restore, status: { phase: 'Completed' } }, how: 'finished', errors: [], warnings: [] }
    },
  }
  return {
    told,
    worked,
    open,
    storeOf,
    put: (name: string, key: string, body: unknown) =>
      storeOf(name).put(key, typeof body === 'string' ? body : JSON.stringify(body)),
    handle: (event: object) =>
      handleRestoreEvent(event, invocation, async ({ name }) => {
        open.stores++
        return storeOf(name)
      }),
  }
}

const manifest = (metadata: object = {}, spec: object = { backupName: 'nightly' }) => ({
  kind: 'Restore',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'shop', ...metadata },
  spec,
})

const event = (bucket: string, key: string, eventName = 'ObjectCreated:Put') => ({
  Records: [{ eventSource: 'aws:s3', eventName, s3: { bucket: { name: bucket }, object: { key } } }],
})

describe('a manifest dropped into a bucket', () => {
  it('is put into the queue, and nothing is worked on', async () => {
    const { handle, put, told, worked, storeOf } = world([location('main', 'b', 'prod')])
    await put('main', KEY, manifest({ uid: 'u-1', annotations: { 'lateen.io/cluster': 'north' } }))
    expect(await handle(event('b', `prod/${KEY}`))).toMatchObject([{ name: 'shop', uid: 'u-1', how: 'queued' }])
    expect(told.sent).toMatchObject([
      {
        kind: 'Restore',
        metadata: {
          name: 'shop',
          namespace: 'velero',
          uid: 'u-1',
          annotations: { 'lateen.io/cluster': 'north', 'lateen.io/storage-location': 'main' },
        },
        spec: { backupName: 'nightly' },
      },
    ])
    expect(worked).toEqual([])
    expect([...storeOf('main').objects.keys()]).toEqual([KEY])
  })

  it('is the same request however often its event comes, and another one where content, key or bucket differ', async () => {
    const { handle, put, told } = world([location('one', 'b'), location('other', 'c')])
    await put('one', KEY, manifest())
    await put('other', KEY, manifest())
    await put('one', 'metadata/lateen/requests/copy.json', manifest())
    for (let i = 0; i < 2; i++) await handle(event('b', KEY))
    await handle(event('c', KEY))
    await handle(event('b', 'metadata/lateen/requests/copy.json'))
    await put('one', KEY, manifest({}, { backupName: 'weekly' }))
    await handle(event('b', KEY))
    const uids = told.sent.map(({ metadata }) => metadata.uid)
    expect(uids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(uids[1]).toBe(uids[0])
    expect(new Set(uids).size).toBe(4)
  })

  it('is restored from where it was dropped, unless it says otherwise', async () => {
    const { handle, put, told } = world([location('a', 'b', 'clusters/a'), location('ab', 'b', 'clusters/ab')])
    await put('ab', KEY, manifest())
    await handle(event('b', `clusters/ab/${KEY}`))
    await put('a', KEY, manifest({ annotations: { 'lateen.io/storage-location': 'ab' } }))
    await handle(event('b', `clusters/a/${KEY}`))
    const from = told.sent.map(({ metadata }) => metadata.annotations?.['lateen.io/storage-location'])
    expect(from).toEqual(['ab', 'ab'])
  })

  it('may have any name: keys of events are encoded', async () => {
    const { handle, put, told } = world([location('main', 'b')])
    await put('main', 'metadata/lateen/requests/back again+ü.json', manifest())
    await handle(event('b', 'metadata/lateen/requests/back+again%2B%C3%BC.json'))
    expect(told.sent.length).toBe(1)
  })

  it('is worked on at once where there is no queue', async () => {
    const { handle, put, worked } = world([location('main', 'b')], false)
    await put('main', KEY, manifest())
    expect(await handle(event('b', KEY))).toMatchObject([{ name: 'shop', phase: 'Completed', how: 'finished' }])
    expect(worked.length).toBe(1)
  })
})

describe('what is no request', () => {
  it.each([
    ['no JSON', '{', /no JSON/],
    ['another kind', { ...manifest(), kind: 'Backup' }, /kind: expected Restore/],
    ['a manifest with an unknown field', manifest({}, { backup: 'nightly' }), /spec/],
    ['a cluster that is not configured', manifest({ annotations: { 'lateen.io/cluster': 'nowhere' } }), /no cluster/],
    ['more than a manifest can be', ' '.repeat(600_000), /600000 bytes/],
  ])('%s: its event goes aside with the reason, and does not come again', async (_, body, reason) => {
    const { handle, put, told, worked } = world([location('main', 'b')])
    await put('main', KEY, body)
    expect(await handle(event('b', KEY))).toEqual([])
    expect(told.buried).toEqual([[JSON.stringify(event('b', KEY).Records[0]), expect.stringMatching(reason)]])
    expect(told.logged.map(([level]) => level)).toEqual(['error'])
    expect([told.sent, worked]).toEqual([[], []])
  })

  it.each([
    ['an object that is gone', 'b', KEY, /not there any more/],
    ['a bucket that is not configured', 'c', KEY, /of a configured location/],
    ['a key outside the prefix', 'b', 'backups/nightly/velero-backup.json', /of a configured location/],
    ['a key further below', 'b', 'metadata/lateen/requests/old/shop.json', /of a configured location/],
    ['a key that is no JSON file', 'b', 'metadata/lateen/requests/', /of a configured location/],
  ])('%s: likewise', async (_, bucket, key, reason) => {
    const { handle, told } = world([location('main', 'b'), location('local', 'b', undefined, 'file')])
    expect(await handle(event(bucket, key))).toEqual([])
    expect(told.buried).toEqual([[expect.any(String), expect.stringMatching(reason)]])
  })

  it('the removal of a manifest: likewise', async () => {
    const { handle, put, told } = world([location('main', 'b')])
    await put('main', KEY, manifest())
    await handle(event('b', KEY, 'ObjectRemoved:Delete'))
    expect(told.buried[0]?.[1]).toMatch(/ObjectRemoved:Delete/)
    expect(told.sent).toEqual([])
  })

  it('is told to the caller where nothing takes it', async () => {
    for (const queues of [false, { bury: async () => false }] as const) {
      const { handle, put } = world([location('main', 'b')], queues)
      await put('main', KEY, '{')
      await expect(handle(event('b', KEY))).rejects.toThrow('no JSON')
    }
  })

  it('spoils nothing else of the same event', async () => {
    const { handle, put, told } = world([location('main', 'b')])
    await put('main', KEY, manifest())
    const both = [...event('b', 'x').Records, ...event('b', KEY).Records]
    expect(await handle({ Records: both })).toMatchObject([{ name: 'shop', how: 'queued' }])
    expect(told.buried.length).toBe(1)
  })
})

describe('what may pass', () => {
  it('makes the event come again: a store or a queue that fails', async () => {
    const failing = world([location('main', 'b')], { send: () => Promise.reject(new Error('throttled')) })
    await failing.put('main', KEY, manifest())
    await expect(failing.handle(event('b', KEY))).rejects.toThrow('throttled')
    const { handle, storeOf, told } = world([location('main', 'b')])
    const slow = new StoreError('slow down', { code: 'SlowDown' })
    storeOf('main').head = () => Promise.reject(slow)
    await expect(handle(event('b', KEY))).rejects.toThrow('slow down')
    expect(told.buried).toEqual([])
  })

  it('leaves no store open, whatever comes of it', async () => {
    const here = world([location('main', 'b')])
    for (const body of ['{', manifest()]) {
      await here.put('main', KEY, body)
      await here.handle(event('b', KEY))
    }
    await here.handle(event('b', 'metadata/lateen/requests/gone.json'))
    expect(here.open.stores).toBe(0)
  })
})

describe('the sample in events/', () => {
  it('asks for the restore that was dropped into s3://my-backups/prod', async () => {
    const { handle, put, told } = world([location('default', 'my-backups', 'prod')])
    const [sample, direct] = await Promise.all(
      ['restore-dropped', 'restore-direct'].map(async name =>
        JSON.parse(await readFile(`events/${name}.json`, 'utf8')),
      ),
    )
    await put('default', 'metadata/lateen/requests/shop-back.json', direct)
    await handle(sample)
    expect(told.sent).toMatchObject([direct])
  })
})
