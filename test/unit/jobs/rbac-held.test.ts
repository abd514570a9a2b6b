import { expect, it } from 'vitest'
import { discoveryFrom } from '../../../lib/cluster/discovery.ts'
import type { ApiResource } from '../../../lib/cluster/types.ts'
import { heldBy } from '../../../lib/jobs/rbac/held.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import type { Seed } from '../../helpers/world.ts'

const api = (group: string, version: string, name: string, kind: string, namespaced = true): ApiResource => ({
  group,
  version,
  name,
  kind,
  namespaced,
  singularName: kind.toLowerCase(),
  verbs: ['create', 'get', 'list', 'delete'],
  shortNames: [],
})
const served = [
  api('', 'v1', 'configmaps', 'ConfigMap'),
  api('networking.k8s.io', 'v1', 'ingresses', 'Ingress'),
  api('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', false),
]
const discovery = discoveryFrom({ resources: served, served, dead: [] })

const object = (apiVersion: string, kind: string, name: string, namespace?: string): Seed => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
})

async function held(...objects: Seed[]) {
  const store = new MemoryStore(0)
  await storeBackup(store, 'b', objects)
  return heldBy(store, 'b', discovery)
}

it('what is served counts as what the cluster calls it, with the namespaces of the backup', async () => {
  const { kinds, namespaces } = await held(object('v1', 'ConfigMap', 'a', 'shop'), object('v1', 'Namespace', 'empty'))
  expect(kinds).toEqual([
    { stored: 'configmaps', target: { group: '', name: 'configmaps' }, namespaced: true, custom: false },
  ])
  expect(namespaces).toEqual(['empty', 'shop'])
})

it('what is only served in another group counts as that', async () => {
  const { kinds } = await held(object('extensions/v1beta1', 'Ingress', 'a', 'shop'))
  expect(kinds).toMatchObject([
    { stored: 'ingresses.extensions', target: { group: 'networking.k8s.io', name: 'ingresses' } },
  ])
})

it('what the backup defines counts by the name of its definition, whatever the plural', async () => {
  const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'ferries.lateen.test')
  const { kinds } = await held(definition, object('lateen.test/v1', 'Ferry', 'a', 'shop'))
  expect(kinds).toContainEqual({
    stored: 'ferries.lateen.test',
    target: { group: 'lateen.test', name: 'ferries' },
    namespaced: true,
    custom: true,
  })
})

it('what nobody serves or defines is left out: nothing of it will be written', async () => {
  expect((await held(object('gone.test/v1', 'Ghost', 'a', 'shop'))).kinds).toEqual([])
})

it('a backup without a list that can be read says what to do', async () => {
  const store = new MemoryStore(0)
  await storeBackup(store, 'b', [])
  await store.put('backups/b/b-resource-list.json.gz', Buffer.from('damaged'))
  await expect(heldBy(store, 'b', discovery)).rejects.toMatchObject({
    message: 'the backup "b" has no list of its objects that can be read',
    next: expect.stringContaining('--from-backup'),
  })
})
