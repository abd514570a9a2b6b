import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deleteObject } from '../../lib/cluster/objects.ts'
import type { TestBucket } from './helpers/bucket.ts'
import { namespaces } from './helpers/cluster.ts'
import { type Documented, differencesOf, unaccounted } from './helpers/compare-dumps.ts'
import { dumpCluster, goldenDump, withoutOwners } from './helpers/dump.ts'
import { endToEnd } from './helpers/environment.ts'
import { type FreshCluster, freshCluster } from './helpers/fresh-cluster.ts'
import { actionsIn, goldenActions, goldenBucket, noComparison, otherActions } from './helpers/golden.ts'
import { clusterMade, compared, noise, warningsOf } from './helpers/golden-rules.ts'
import { lateen } from './helpers/lateen.ts'

if (noComparison) console.warn(`skipped: the walkthroughs with real Velero, for ${noComparison}`)

endToEnd('the walkthrough, beside what real Velero did', () => {
  describe.skipIf(noComparison)('from a backup by Velero 1.6.3 into a fresh cluster', () => {
    let cluster: FreshCluster
    let bucket: TestBucket
    beforeAll(async () => {
      ;[cluster, bucket] = await Promise.all([freshCluster(), goldenBucket('seed-1.6.3')])
    })
    afterAll(async () => {
      await Promise.all([cluster?.down(), bucket?.store.close()])
    })

    test('leaves the cluster as Velero left it, field by field, and warns of nothing', async () => {
      const name = 'default-20221107170719'
      const words = `restore create ${name} --from-backup default`
      expect(await lateen(words, { ...bucket.env, ...cluster.env })).toMatchObject({ code: 0 })
      expect(await warningsOf(bucket, name)).toEqual({})
      const documented: Documented[] = [
        {
          rows: /^ipaddresses\S+ of a service> nginx-example\/my-nginx/,
          why: 'the address that the Service had is not kept from others',
        },
      ]
      const golden = compared(goldenDump('seed-1.6.3-cluster-after-restore'))
      await vi.waitFor(
        async () => {
          // The golden dump has none.
          const found = withoutOwners(compared(await dumpCluster(cluster.transport)))
          expect(unaccounted(differencesOf(golden, found), documented)).toEqual([])
        },
        { timeout: 30_000, interval: 500 },
      )
    })
  })

  describe.skipIf(noComparison)('after the walkthrough with Velero 1.18.1', () => {
    let cluster: FreshCluster
    let bucket: TestBucket
    beforeAll(async () => {
      ;[cluster, bucket] = await Promise.all([freshCluster(), goldenBucket('walkthrough-1.18.1')])
    })
    afterAll(async () => {
      await Promise.all([cluster?.down(), bucket?.store.close()])
    })

    test('brings the lost namespace back, and does to each other object what Velero did', async () => {
      const env = { ...bucket.env, ...cluster.env }
      // The cluster as it was backed up, with Velero in it.
      expect(await lateen('restore create before --from-backup default', env)).toMatchObject({ code: 0 })
      await deleteObject(cluster.transport, namespaces, { name: 'nginx-example' })
      const name = 'default-20221107170719'
      expect(await lateen(`restore create ${name} --from-backup default`, env)).toMatchObject({ code: 0 })
      const equal: Documented = {
        rows: /CustomResourceDefinition \S+velero\.io: failed, here skipped$/,
        why: 'a definition that is the same is no warning',
      }
      const rows = otherActions(goldenActions('walkthrough-1.18.1', name), await actionsIn(bucket, name))
      expect(unaccounted(rows, [clusterMade, noise, equal])).toEqual([])
      expect(await warningsOf(bucket, name)).toEqual({})
    })
  })
})
