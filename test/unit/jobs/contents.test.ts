import { afterAll, beforeAll, expect, it } from 'vitest'
import { backupContents, type Chosen } from '../../../lib/jobs/contents.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { configMap, manifest, namespace, openWorld, type World } from '../../helpers/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  const places = ['shop/a', 'shop/b', 'shop-2/a', 'data/a']
  world.cluster.seed([
    ...['shop', 'shop-2', 'data'].map(name => namespace(name)),
    ...places.map(place => configMap(place)),
  ])
  await world.backup(manifest('b', {}, 'uid-b'))
})
afterAll(() => world[Symbol.asyncDispose]())

const settings = {
  cluster: {},
  location: { name: 'default', spec: { provider: 'file', objectStorage: { bucket: '/m' } } },
}

async function held(chosen: Chosen, backup = 'b'): Promise<string[]> {
  const objects = await Array.fromAsync(backupContents(settings, backup, chosen, { openStore: opened }))
  return objects.map(({ resource, name }) => `${resource} ${name}`).sort()
}
const opened = async ({ name }: { name: string }) => (name === 'default' ? world.store : new MemoryStore(0))

it('objects are chosen by kind, and by name or pattern', async () => {
  expect(await held({ kind: 'configmap', name: 'shop/a' })).toEqual(['configmaps shop/a'])
  expect(await held({ kind: 'ConfigMaps', name: 'shop/*' })).toEqual(['configmaps shop/a', 'configmaps shop/b'])
  expect(await held({ kind: 'configmaps', name: '*/a' })).toEqual([
    'configmaps data/a',
    'configmaps shop-2/a',
    'configmaps shop/a',
  ])
  expect(await held({ kind: 'namespaces', name: 'data' })).toEqual(['namespaces data'])
  expect(await held({ kind: 'configmaps', name: 'a' })).toEqual([])
  expect(await held({})).toContain('configmaps data/a')
})

it('a backup that is not there is refused', async () => {
  await expect(held({}, 'nope')).rejects.toThrow(BackupNotFoundError)
})

it('one object out of a backup of ours is fetched without the rest of the archive', async () => {
  const counting = {
    ...guarded(world.store, (_, call) => call()),
    get: async (key: string, range?: { start: number; end?: number }) => {
      if (key.endsWith('.tar.gz')) expect(range).toBeDefined()
      const object = await world.store.get(key, range)
      return object
    },
  }
  const objects = await Array.fromAsync(
    backupContents(
      settings,
      'b',
      { kind: 'configmaps', name: 'data/a' },
      {
        openStore: async location => (location.name === 'default' ? counting : opened(location)),
      },
    ),
  )
  expect(JSON.parse(objects[0]?.json.toString() ?? '')).toMatchObject({ metadata: { namespace: 'data', name: 'a' } })
})
