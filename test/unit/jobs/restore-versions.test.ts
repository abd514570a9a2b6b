import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { Process } from '../../helpers/process.ts'
import { hull, hullDefinition } from '../../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { rewriting } from '../../helpers/rewriting.ts'
import { pathsOf, storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function restore(spec: RestoreSpec = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec))
  return readRestoreFiles(world.store, 'r')
}

const errorsOf = ({ results }: RestoreFiles) => messages(results, 'errors')
const HULL = '/apis/lateen.test/v1/namespaces/shop/hulls/main'

/** The definition with other versions, and how one becomes another. */
function defining(versions: string[], conversion?: object): Seed {
  const spec = hullDefinition.spec as { versions: object[] }
  const [version] = spec.versions
  const served = versions.map((name, i) => ({ ...version, name, storage: i === 0 }))
  return { ...hullDefinition, spec: { ...spec, versions: served, ...(conversion && { conversion }) } }
}

const old = (place: string): Seed => hull(place, { apiVersion: 'lateen.test/v1alpha1' })

describe('custom resources', () => {
  it('come after their definition, which is waited for', async () => {
    await storeBackup(world.store, 'b', [hull('shop/main'), namespace('shop'), hullDefinition])
    const process = new Process()
    await world.restore(restoreOf('r'), {}, { wrap: process.wrap })
    const { record } = await readRestoreFiles(world.store, 'r')
    expect(record.status?.phase).toBe('Completed')
    expect(await ask(world, HULL)).toMatchObject({ spec: { planks: 12 } })
  })

  it('without a definition, here or in the backup, are one error for each kind, and the rest goes on', async () => {
    const hulls = [1, 2, 3].map(i => hull(`shop/hull-${i}`))
    const masts = [1, 2].map(i => ({ ...hull(`shop/mast-${i}`), kind: 'Mast' }))
    await storeBackup(world.store, 'b', [namespace('shop'), configMap('shop/a'), ...hulls, ...masts])
    const process = new Process()
    await world.restore(restoreOf('r'), {}, { wrap: process.wrap })
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.results.errors).toEqual({
      velero: [
        expect.stringMatching(/^the cluster does not serve hulls\.lateen\.test .* \(3 objects not restored\)$/),
        expect.stringMatching(/^the cluster does not serve masts\.lateen\.test .* \(2 objects not restored\)$/),
      ],
    })
    expect(files.list).toEqual({
      'lateen.test/v1/Hull': [1, 2, 3].map(i => `shop/hull-${i}(failed)`),
      'lateen.test/v1/Mast': [1, 2].map(i => `shop/mast-${i}(failed)`),
      'v1/ConfigMap': ['shop/a(created)'],
      'v1/Namespace': ['shop(created)'],
    })
    expect(process.calls.cluster.filter(call => call.includes('/lateen.test/'))).toEqual([])
  })

  it('of a definition whose names are taken are told, and the rest goes on', async () => {
    await storeBackup(world.store, 'b', [namespace('shop'), hullDefinition, hull('shop/main'), configMap('shop/a')])
    const taken = (text: string) =>
      JSON.stringify(JSON.parse(text), (_, value) =>
        value?.type === 'NamesAccepted' ? { ...value, status: 'False', reason: 'ListKindConflict' } : value,
      )
    const wrap = rewriting(call =>
      call.startsWith('GET') && call.includes('/customresourcedefinitions?') ? taken : undefined,
    )
    await world.restore(restoreOf('r'), {}, { wrap })
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.results.errors.cluster).toEqual([
      'the CRD hulls.lateen.test is not available to use for custom resources',
    ])
    expect(files.list['v1/ConfigMap']).toEqual(['shop/a(created)'])
  })
})

describe('objects of a version that the cluster does not serve', () => {
  it('are taken from another stored version that it does serve', async () => {
    const v1 = hull('shop/main', { spec: { planks: 13 } })
    const plain = JSON.stringify(old('shop/main'))
    const [path] = pathsOf(v1)
    await storeBackup(world.store, 'b', [namespace('shop'), defining(['v1'])], {
      entries: [
        [path, plain],
        [path.replace('hulls.lateen.test/', 'hulls.lateen.test/v1alpha1-preferredversion/'), plain],
        [path.replace('hulls.lateen.test/', 'hulls.lateen.test/v1/'), JSON.stringify(v1)],
      ],
    })
    world.cluster.seed([defining(['v1'])])
    const files = await restore({ excludedResources: ['customresourcedefinitions'] })
    expect(files.record.status?.phase).toBe('Completed')
    expect(await ask(world, HULL)).toMatchObject({ spec: { planks: 13 } })
    expect(files.list['lateen.test/v1/Hull']).toEqual(['shop/main(created)'])
  })

  it('are converted where the rule is known', async () => {
    const job: Seed = {
      apiVersion: 'batch/v1beta1',
      kind: 'CronJob',
      metadata: {
        name: 'nightly',
        namespace: 'shop',
        managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'batch/v1beta1' }],
      },
      spec: {
        schedule: '0 3 * * *',
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b' }] } } },
        },
      },
    }
    await storeBackup(world.store, 'b', [namespace('shop'), job])
    const files = await restore()
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    // As the backup calls it.
    expect(files.list['batch/v1beta1/CronJob']).toEqual(['shop/nightly(created)'])
    expect(await ask(world, '/apis/batch/v1/namespaces/shop/cronjobs/nightly')).toMatchObject({
      apiVersion: 'batch/v1',
      spec: { schedule: '0 3 * * *' },
    })
  })

  it.each([
    ['the cluster has', true],
    ['the backup has', false],
  ])('get the one that is served where the definition that %s says that they are the same', async (_, there) => {
    const definition = defining(['v1'], { strategy: 'None' })
    await storeBackup(world.store, 'b', [namespace('shop'), old('shop/main'), ...(there ? [] : [definition])])
    if (there) world.cluster.seed([definition])
    const files = await restore()
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(await ask(world, HULL)).toMatchObject({ spec: { planks: 12 } })
  })

  it('are one error for the kind where only a webhook knows how they become others', async () => {
    world.cluster.seed([defining(['v1'], { strategy: 'Webhook' })])
    await storeBackup(world.store, 'b', [namespace('shop'), old('shop/main'), old('shop/other'), configMap('shop/a')])
    const files = await restore()
    expect(errorsOf(files)).toEqual([
      expect.stringMatching(
        /serves hulls\.lateen\.test as v1 only.*lateen\.test\/v1alpha1.*\(2 objects not restored\)$/,
      ),
    ])
    expect(files.list['v1/ConfigMap']).toEqual(['shop/a(created)'])
  })

  it('are told as errors of their own where the rule can’t be applied to them', async () => {
    const request = (name: string, spec: object): Seed => ({
      apiVersion: 'certificates.k8s.io/v1beta1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: { request: 'eA==', ...spec },
    })
    const known = { signerName: 'example.com/signer', usages: ['client auth'] }
    await storeBackup(world.store, 'b', [request('known', known), request('unknown', {})])
    const files = await restore()
    expect(files.list['certificates.k8s.io/v1beta1/CertificateSigningRequest']).toContain('known(created)')
    expect(errorsOf(files)).toEqual([
      expect.stringMatching(/certificatesigningrequests\.certificates\.k8s\.io\/unknown/),
    ])
  })
})
