import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newBucket, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { type Documented, differencesOf, unaccounted } from './helpers/compare-dumps.ts'
import { type Dump, dumpCluster, withoutOwners } from './helpers/dump.ts'
import { endToEnd } from './helpers/environment.ts'
import { type FreshCluster, freshCluster, noKit } from './helpers/fresh-cluster.ts'
import { applyHarbor, NAMESPACES } from './helpers/harbor.ts'
import { lateen } from './helpers/lateen.ts'

if (noKit) console.warn(`skipped: a backup of one cluster restored into another, for ${noKit}`)

const CLUSTER_SCOPED =
  /^(persistentvolumes|storageclasses|priorityclasses|clusterroles|clusterrolebindings|berths|customresourcedefinitions|validatingwebhookconfigurations|apiservices)\b/

/** What somebody put into the cluster. */
function own(dump: Dump): Dump {
  return new Map(
    [...dump].filter(
      ([key, { metadata }]) => NAMESPACES.includes(metadata.namespace ?? metadata.name) || CLUSTER_SCOPED.test(key),
    ),
  )
}

endToEnd('a backup of one cluster, restored into another', () => {
  describe.skipIf(noKit)('that is fresh', () => {
    let from: FreshCluster
    let into: FreshCluster
    let bucket: TestBucket
    beforeAll(async () => {
      bucket = await newBucket()
      from = await freshCluster()
      into = await freshCluster()
      await applyHarbor(from.transport)
    })
    afterAll(async () => {
      await Promise.all([from?.down(), into?.down(), bucket?.store.close()])
    })

    test('gives the same objects, to the digit', async () => {
      const env = { ...bucket.env, ...from.env }
      expect(await lateen('backup create b --include-cluster-resources=true', env)).toMatchObject({ code: 0 })
      const before = withoutOwners(own(await dumpCluster(from.transport)))
      const restore = await lateen('restore create r --from-backup b', { ...bucket.env, ...into.env })
      expect(restore).toMatchObject({ code: 0 })
      expect(await restoreJson(bucket, 'r', 'results.gz')).toEqual({ errors: {}, warnings: {} })
      const documented: Documented[] = [
        {
          rows: / metadata\.labels\.velero\.io\/(backup|restore)-name: expected undefined/,
          why: 'what was restored is marked',
        },
        { rows: /^configmaps\/shop\/skip-me: not found$/, why: 'its label keeps it out of backups' },
        { rows: /^(jobs\.batch|pods)\/data\/migrate\S*: not found$/, why: 'work that is done is not done again' },
        { rows: /^pods\/\S+ metadata\.generateName: .* found undefined$/, why: 'as by Velero' },
        {
          rows: /^persistentvolumeclaims\/\S+ metadata\.annotations\.pv\.kubernetes\.io\/bound-by-controller: .* found undefined$/,
          why: 'the claim asks for its volume by name now',
        },
      ]
      await vi.waitFor(
        async () => {
          const after = withoutOwners(own(await dumpCluster(into.transport)))
          expect(unaccounted(differencesOf(before, after), documented)).toEqual([])
        },
        { timeout: 30_000, interval: 500 },
      )
      const numbers = before.get('sails.harbor.example.com/nginx-example/digits')?.spec
      expect(numbers).toMatchObject({ max: { digits: '9223372036854775807' }, odd: { digits: '9007199254740993' } })
    })
  })
})
