import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../lib/cluster/connect.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { backupJson, newBucket, type TestBucket } from './helpers/bucket.ts'
import { configMaps, listAll, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { appliedConfigMaps, manyConfigMaps } from './helpers/config-maps.ts'
import { endToEnd } from './helpers/environment.ts'
import { actionsIn } from './helpers/golden.ts'
import { lateen } from './helpers/lateen.ts'
import { loosen, refusals, tighten } from './helpers/priority-level.ts'
import type { ResourceList } from './helpers/resource-list.ts'

/** An administrator of the cluster who is not in system:masters, and so under priority and fairness. */
const operator = process.env.OPERATOR_KUBECONFIG

/** So few namespaces are listed one by one, all at once; each list takes the server a while. */
const NAMESPACES = Array.from({ length: 8 }, (_, i) => `many-${process.pid}-${i}`)
const EACH = 250
/** In the first of them; their field owners take a second write. */
const APPLIED = 100

endToEnd('for a user of a priority level that bears little', () => {
  describe.skipIf(!operator)('the API server refuses requests again and again, and', () => {
    const level = `tight-${process.pid}`
    const copyOf = (namespace: string) => `copy-of-${namespace}`
    let admin: Transport
    let bucket: TestBucket
    beforeAll(async () => {
      admin = await openCluster()
      bucket = await newBucket()
      for (const namespace of NAMESPACES) await manyConfigMaps(admin, namespace, EACH)
      await appliedConfigMaps(admin, NAMESPACES[0] as string, APPLIED)
      const { transport } = await connect({ kubeconfig: operator as string })
      await tighten(admin, level, 'operator', transport)
      await transport.close()
    }, 120_000)
    afterAll(async () => {
      await loosen(admin, level)
      const all = [...NAMESPACES, ...NAMESPACES.map(copyOf)]
      await removeNamespaces(admin, all)
      await admin.close()
      await bucket.store.close()
    })

    /** `NAMESPACE/NAME` of each ConfigMap of the namespaces. */
    async function configMapsOf(wanted: readonly string[]): Promise<string[]> {
      const lists = await Promise.all(wanted.map(namespace => listAll(admin, configMaps, namespace)))
      return lists
        .flat()
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
        .sort()
    }

    /** As the operator; answers how many requests were refused meanwhile. */
    async function run(args: string): Promise<number> {
      const before = await refusals(admin, level)
      const outcome = await lateen(args, { ...bucket.env, KUBECONFIG: operator })
      expect(outcome).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/Errors|Warnings/) })
      return (await refusals(admin, level)) - before
    }

    test('a backup has every object', async () => {
      expect(await run(`backup create b --include-namespaces ${NAMESPACES}`)).toBeGreaterThan(0)
      const list = await backupJson<ResourceList>(bucket, 'b', '-resource-list.json.gz')
      expect(list['v1/ConfigMap']?.sort()).toEqual(await configMapsOf(NAMESPACES))
    })

    test('a restore creates every object, and none fails', async () => {
      const mappings = NAMESPACES.map(namespace => `${namespace}:${copyOf(namespace)}`)
      expect(await run(`restore create r --from-backup b --namespace-mappings ${mappings}`)).toBeGreaterThan(0)
      const copies = NAMESPACES.map(copyOf)
      const expected = (await configMapsOf(NAMESPACES)).map(copyOf)
      expect(await configMapsOf(copies)).toEqual(expected)
      const actions = [...(await actionsIn(bucket, 'r'))]
      expect(actions.filter(([, action]) => action === 'failed')).toEqual([])
      const created = actions.filter(([name, action]) => name.startsWith('v1/ConfigMap ') && action === 'created')
      expect(created).toHaveLength(NAMESPACES.length * EACH + APPLIED)
    })
  })
})
