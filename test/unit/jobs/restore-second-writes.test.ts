import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { Process } from '../../helpers/process.ts'
import { hull, hullDefinition, ownedBy } from '../../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import {
  configMap,
  namespace,
  openWorld,
  restoreOf,
  type Seed,
  type World,
  type WorldAround,
} from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function restore(spec: RestoreSpec = {}, around: WorldAround = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec), {}, around)
  return readRestoreFiles(world.store, 'r')
}

describe('owners of fields', () => {
  const data = { 'f:data': { 'f:a': {} } }
  it('are as in the backup, by a second write only where the first can’t do it', async () => {
    const owned = (name: string, ...managedFields: object[]) => configMap(`shop/${name}`, { a: '1' }, { managedFields })
    await storeBackup(world.store, 'b', [
      namespace('shop'),
      owned('by-one', ownedBy('kubectl-create', data)),
      owned('by-nobody'),
      owned('by-apply', ownedBy('argo', data, { operation: 'Apply' })),
      owned('by-two', ownedBy('kubectl', data), ownedBy('helm', {})),
      owned('by-status-too', ownedBy('kubectl', data), ownedBy('controller', {}, { subresource: 'status' })),
    ])
    const process = new Process()
    await restore({}, { wrap: process.wrap })
    const patched = process.calls.cluster.filter(call => call.startsWith('PATCH')).map(call => call.split('/').at(-1))
    expect(patched.sort()).toEqual(['by-apply', 'by-two'])
    const owners = async (name: string) => {
      const object = (await ask(world, `/api/v1/namespaces/shop/configmaps/${name}`)) as Seed
      const rows = object.metadata.managedFields as { manager: string; operation: string }[]
      return rows.map(({ manager, operation }) => `${manager} ${operation}`)
    }
    expect(await owners('by-one')).toEqual(['kubectl-create Update'])
    expect(await owners('by-nobody')).toEqual(['lateen Update'])
    expect(await owners('by-apply')).toEqual(['argo Apply'])
    expect(await owners('by-status-too')).toEqual(['kubectl Update'])
  })
})

describe('the status of objects', () => {
  const OF_HULLS = [namespace('shop'), hullDefinition, hull('shop/main'), configMap('shop/a')]
  const status = async () => ((await ask(world, '/apis/lateen.test/v1/namespaces/shop/hulls/main')) as Seed).status

  it('comes back where that is asked for', async () => {
    await storeBackup(world.store, 'b', OF_HULLS)
    await restore({ restoreStatus: { includedResources: ['hulls'] } })
    expect(await status()).toEqual({ afloat: true })
  })

  it('does not come back by default, nor where the object says so', async () => {
    await storeBackup(world.store, 'b', OF_HULLS)
    await restore()
    expect(await status()).toBeUndefined()
  })

  it.each([
    ['true', undefined, { afloat: true }],
    [' TRUE ', { excludedResources: ['hulls.lateen.test'] }, { afloat: true }],
    ['false', {}, undefined],
    ['perhaps', {}, { afloat: true }],
  ])('follows the annotation %j of the object rather than %j', async (value, restoreStatus, expected) => {
    const annotations = { 'velero.io/restore-status': value }
    const annotated = hull('shop/main', { metadata: { name: 'main', namespace: 'shop', annotations } })
    await storeBackup(world.store, 'b', [namespace('shop'), hullDefinition, annotated])
    await restore({ ...(restoreStatus && { restoreStatus }) })
    expect(await status()).toEqual(expected)
  })

  it('is owned as in the backup', async () => {
    const afloat = { 'f:status': { 'f:afloat': {} } }
    const byOne = [ownedBy('captain', afloat, { subresource: 'status' })]
    const byApply = [ownedBy('captain', afloat, { subresource: 'status', operation: 'Apply' })]
    const owned = (name: string, managedFields: object[]) =>
      hull(`shop/${name}`, { metadata: { name, namespace: 'shop', managedFields } })
    const hulls = [owned('one', byOne), owned('applied', byApply)]
    await storeBackup(world.store, 'b', [namespace('shop'), hullDefinition, ...hulls])
    const process = new Process()
    await restore({ restoreStatus: { includedResources: ['hulls'] } }, { wrap: process.wrap })
    const owners = async (name: string) => {
      const object = (await ask(world, `/apis/lateen.test/v1/namespaces/shop/hulls/${name}`)) as Seed
      const rows = object.metadata.managedFields as Record<string, string>[]
      return rows.filter(row => row.subresource === 'status').map(row => `${row.manager} ${row.operation}`)
    }
    expect(await owners('one')).toEqual(['captain Update'])
    expect(await owners('applied')).toEqual(['captain Apply'])
    const patched = process.calls.cluster.filter(call => call.startsWith('PATCH')).map(call => call.split('/').at(-1))
    expect(patched).toEqual(['applied'])
  })

  it('is never that of a definition, which tells what another cluster serves', async () => {
    const established = { type: 'Established', status: 'False', reason: 'ofTheOtherCluster' }
    const stale = { ...hullDefinition, status: { conditions: [established], storedVersions: ['v0'] } }
    await storeBackup(world.store, 'b', [namespace('shop'), stale, hull('shop/main')])
    expect((await restore({ restoreStatus: {} })).record.status?.phase).toBe('Completed')
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/hulls.lateen.test'
    expect(JSON.stringify(await ask(world, path))).not.toContain('ofTheOtherCluster')
  })
})
