import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { deleteObject, patchObject } from '../../lib/cluster/objects.ts'
import type { TestBucket } from './helpers/bucket.ts'
import { configMaps, ingresses } from './helpers/cluster.ts'
import { type Documented, differencesOf, unaccounted } from './helpers/compare-dumps.ts'
import { type Dump, dumpCluster, goldenDump } from './helpers/dump.ts'
import { endToEnd } from './helpers/environment.ts'
import { type FreshCluster, freshCluster } from './helpers/fresh-cluster.ts'
import { actionsIn, goldenActions, goldenBucket, noComparison, otherActions } from './helpers/golden.ts'
import { clusterMade, compared, noise, own, warningsOf } from './helpers/golden-rules.ts'
import { lateen, type Outcome } from './helpers/lateen.ts'
import { applyServerSide } from './helpers/server-side-apply.ts'

if (noComparison) console.warn(`skipped: the comparisons with restores by real Velero, for ${noComparison}`)

const creator = 'metadata\\.managedFields\\.[a-z-]+ Update\\.'
const added = ': expected undefined, found \\{\\}$'

/** Owners of fields, where a create under the owner's name does for what Velero does by a second write. */
const OWNERS: readonly Documented[] = [
  {
    rows: new RegExp(`${creator}f:metadata\\.f:labels(\\.\\.|\\.f:velero\\.io/(backup|restore)-name)${added}`),
    why: 'the labels of the restore belong to the creator',
  },
  {
    rows: new RegExp(
      `^pods/\\S+ ${creator}(f:spec|f:metadata\\.f:annotations\\.f:kubernetes\\.io/limit-ranger)\\b.*${added}`,
    ),
    why: 'what admission puts into a pod belongs to the creator',
  },
  {
    rows: /^pods\/data\/\S+ .* Update\.(f:metadata\.f:annotations\.\.|\S+f:resources): expected (undefined, found \{\}|\{\}, found undefined)$/,
    why: 'so do the fields that hold these',
  },
  {
    rows: new RegExp(`^persistentvolumeclaims/\\S+ ${creator}f:metadata\\.f:finalizers\\.\\S+${added}`),
    why: 'and the finalizer of a claim',
  },
  {
    rows: /^namespaces\/\S+ metadata\.managedFields\.(lateen|velero-server) Update\./,
    why: 'namespaces are created under the own name, as by Velero under its own',
  },
]

/** What Velero made right by a second write, and what only that makes right: each for a reason. */
const SECOND_WRITES = [
  // Several managers wrote it.
  'persistentvolumes/_cluster/pv-db-0',
  'secrets/shop/web-token',
  // kubectl applied it, and would own what others put into it.
  'deployments.apps/shop/web',
  'jobs.batch/data/paused',
  'pods/shop/lone',
  'services/data/db',
  'services/shop/manual',
  'services/shop/web',
  'services/shop/web-lb',
]

endToEnd('restore create, beside what real Velero did', () => {
  describe.skipIf(noComparison)('from a backup by Velero 1.18.1 into a fresh cluster', () => {
    let cluster: FreshCluster
    let bucket: TestBucket
    let outcome: Outcome
    let golden: Dump
    let rows: string[]
    const restore = (words: string) => lateen(`restore create ${words}`, { ...bucket.env, ...cluster.env })
    beforeAll(async () => {
      ;[cluster, bucket] = await Promise.all([freshCluster(), goldenBucket('harbor-1.18.1')])
      golden = compared(goldenDump('harbor-1.18.1-cluster-after-fresh'))
      outcome = await restore('fresh --from-backup full')
      await vi
        .waitFor(
          async () => {
            rows = differencesOf(golden, compared(await dumpCluster(cluster.transport)))
            expect(unaccounted(rows, OWNERS)).toEqual([])
          },
          { timeout: 30_000, interval: 500 },
        )
        .catch(() => {}) // told by the test that is about it
    })
    afterAll(async () => {
      await Promise.all([cluster?.down(), bucket?.store.close()])
    })

    test('ends as Completed, and warns of nothing', async () => {
      expect(outcome).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/warning|error/i) })
      expect(outcome.stdout).toMatch(/^91 items: 55 created, 0 updated, 36 skipped, 0 failed\.$/m)
      expect(await warningsOf(bucket, 'fresh')).toEqual({})
    })

    test('leaves the cluster as Velero left it, field by field', () => {
      expect(unaccounted(rows, OWNERS)).toEqual([])
    })

    test.each(SECOND_WRITES)('gives the fields of %s back to exactly the owners that they had', key => {
      expect(golden.has(key)).toBe(true)
      expect(rows.filter(row => row.startsWith(`${key} `))).toEqual([])
    })

    test('does to each object what Velero did', async () => {
      const documented: Documented[] = [
        clusterMade,
        noise,
        { rows: /velero.*, here created$/, why: 'Velero restored into a cluster in which it was installed' },
      ]
      const rows = otherActions(goldenActions('harbor-1.18.1', 'fresh'), await actionsIn(bucket, 'fresh'))
      expect(unaccounted(rows, documented)).toEqual([])
    })

    describe('and after that', () => {
      test('a second time changes nothing, and says so', async () => {
        const before = own(await dumpCluster(cluster.transport))
        const { code, stdout } = await restore('twice --from-backup full')
        const after = own(await dumpCluster(cluster.transport))
        expect(code).toBe(0)
        expect(stdout).toContain(
          '88 items: 0 created, 0 updated, 88 skipped, 0 failed. Nothing in the cluster was changed.\n',
        )
        expect(await warningsOf(bucket, 'twice')).toEqual({})
        expect(differencesOf(before, after)).toEqual([])
        // Status is written by controllers at any time; of what has none even the version is the same.
        const versions = (dump: Dump) =>
          [...dump].flatMap(([key, { metadata, status }]) => (status ? [] : [`${key} ${metadata.resourceVersion}`]))
        expect(versions(after)).toEqual(versions(before))
      })

      test('kubectl can go over to server-side apply, as before', async () => {
        const refused: string[] = []
        let applied = 0
        for (const [key, object] of own(await dumpCluster(cluster.transport))) {
          const file = object.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']
          // Revisions have the annotation of what they are a revision of.
          if (file === undefined || JSON.parse(file).kind !== object.kind || !object.metadata.namespace) continue
          applied++
          await applyServerSide(cluster.transport, key, file).catch(error => refused.push(`${key}: ${error.message}`))
        }
        expect(applied).toBeGreaterThan(20)
        expect(refused).toEqual([])
      })

      test('--namespace-mappings does what Velero did', async () => {
        const outcome = await restore(
          'mapped2 --from-backup full --include-namespaces data --namespace-mappings data:data2',
        )
        expect(outcome.code).toBe(0)
        const rows = otherActions(goldenActions('harbor-1.18.1', 'mapped2'), await actionsIn(bucket, 'mapped2'))
        expect(unaccounted(rows, [clusterMade])).toEqual([])
        const warning =
          'could not restore, PersistentVolume:pv-db-0 already exists. Warning: the in-cluster version is different than the backed-up version (spec.claimRef.namespace)'
        expect(await warningsOf(bucket, 'mapped2')).toEqual({ cluster: [warning] })
      })

      test('--existing-resource-policy update sets right what was changed, and touches nothing else', async () => {
        const { transport } = cluster
        const web = { namespace: 'shop', name: 'web' }
        const conf = { namespace: 'shop', name: 'web-conf' }
        const before = own(await dumpCluster(transport))
        const change = JSON.stringify({ data: { 'nginx.conf': 'changed by hand', more: 'x' } })
        await patchObject(transport, configMaps, conf, 'application/merge-patch+json', change)
        await deleteObject(transport, ingresses, web)
        const outcome = await restore(
          'update2 --from-backup full --include-namespaces shop --existing-resource-policy update',
        )
        expect(outcome.code).toBe(0)
        expect(await warningsOf(bucket, 'update2')).toEqual({})
        const equal: Documented = {
          rows: /: (updated|failed), here skipped$/,
          why: 'what is the same, but for what the cluster gave it, is not written to, and no pod is tried in vain',
        }
        const actions = await actionsIn(bucket, 'update2')
        const rows = otherActions(goldenActions('harbor-1.18.1', 'update2'), actions)
        expect(unaccounted(rows, [clusterMade, equal])).toEqual([])
        const changed = [...actions].filter(([, action]) => action === 'updated' || action === 'created')
        expect(changed.map(([name]) => name)).toEqual([
          'networking.k8s.io/v1/Ingress shop/web',
          'v1/ConfigMap shop/web-conf',
        ])
        const marks: Documented = {
          rows: /(metadata\.labels\.velero\.io\/restore-name: expected "fresh", found "update2"|metadata\.managedFields\..*)$/,
          why: 'the label of the restore, and who set it',
        }
        expect(unaccounted(differencesOf(before, own(await dumpCluster(transport))), [marks])).toEqual([])
      })
    })
  })
})
