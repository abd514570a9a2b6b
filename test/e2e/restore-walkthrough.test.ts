import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { deleteObject } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { applyManifests } from '../../playground/apply.ts'
import { newBucket, type TestBucket } from './helpers/bucket.ts'
import { type Kind, type Listed, listAll, namespaces, openCluster } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen } from './helpers/lateen.ts'

const manifest = new URL('../../../shared/cluster/nginx-example.yaml', import.meta.url)
const namespace = 'nginx-example'
const pods: Kind = { group: '', version: 'v1', name: 'pods' }
const services: Kind = { group: '', version: 'v1', name: 'services' }
const events: Kind = { group: '', version: 'v1', name: 'events' }
const replicaSets: Kind = { group: 'apps', version: 'v1', name: 'replicasets' }
const deployments: Kind = { group: 'apps', version: 'v1', name: 'deployments' }

interface Pod extends Listed {
  metadata: Listed['metadata'] & { uid: string; ownerReferences?: { uid: string; controller?: boolean }[] }
  status?: { phase?: string; podIP?: string }
}

endToEnd('the walkthrough', () => {
  let transport: Transport
  let bucket: TestBucket
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
    const apply = () => applyManifests(transport, readFileSync(manifest, 'utf8')).catch(String)
    await until(async () => expect(await apply()).toBe(0))
    await until(async () => expect((await running()).length).toBe(2))
  })
  afterAll(async () => {
    await deleteObject(transport, namespaces, { name: namespace })
    await until(async () => expect(await names(namespaces)).not.toContain(namespace))
    await transport.close()
    await bucket.store.close()
  })

  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 200 })
  const list = async <T>(kind: Kind) => (await listAll(transport, kind, namespace)) as (Listed & T)[]
  const named = async (kind: Kind) => (await list(kind)).map(({ metadata }) => metadata.name).sort()
  const names = async (kind: Kind) => (await listAll(transport, kind)).map(({ metadata }) => metadata.name)
  const running = async () =>
    (await list<Pod>(pods)).filter(({ status }) => status?.phase === 'Running' && status.podIP)
  const address = async () => (await list<{ spec: { clusterIP: string } }>(services))[0]?.spec.clusterIP

  test('brings a lost namespace back: the same names, new addresses, and no pod but those of the backup', async () => {
    const before = { pods: await named(pods), services: await named(services), sets: await named(replicaSets) }
    const old = await address()
    const ids = (await list<Pod>(pods)).map(({ metadata }) => metadata.uid)

    const backup = await lateen(`backup create default --include-namespaces ${namespace}`, bucket.env)
    expect(backup).toMatchObject({ code: 0 })
    await deleteObject(transport, namespaces, { name: namespace })
    // The namespace is still on its way out: waiting for that is the restore's business.
    const restore = await lateen('restore create --from-backup default', bucket.env)
    expect(restore).toMatchObject({ code: 0, stdout: expect.stringContaining('completed with status: Completed.') })
    expect(restore.stdout).toMatch(/^\d+ items: 7 created, 0 updated, \d+ skipped, 0 failed\.$/m)

    await until(async () => expect((await running()).length).toBe(2))
    expect({ pods: await named(pods), services: await named(services), sets: await named(replicaSets) }).toEqual(before)
    expect(await address()).not.toBe(old)
    const restored = await list<Pod>(pods)
    for (const { metadata } of restored) expect(ids).not.toContain(metadata.uid)

    type Owned = { metadata: Pod['metadata'] }
    const [set] = await list<Owned>(replicaSets)
    const [deployment] = await list<Owned>(deployments)
    await until(async () => {
      const [set] = await list<Owned>(replicaSets)
      expect(set?.metadata.ownerReferences?.[0]?.uid).toBe(deployment?.metadata.uid)
      for (const { metadata } of await list<Pod>(pods))
        expect(metadata.ownerReferences?.[0]?.uid).toBe(set?.metadata.uid)
    })
    expect(set?.metadata.name).toBe(before.sets[0])
    // Neither now nor for a moment was there a pod or a set that a controller made itself.
    const reasons = (await list<{ reason: string }>(events)).map(({ reason }) => reason)
    expect(reasons).not.toContain('SuccessfulCreate')
    expect(reasons).not.toContain('SuccessfulDelete')
    expect(reasons).not.toContain('ScalingReplicaSet')

    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \S+`
    const backups = await lateen('backup get', bucket.env)
    expect(backups.stdout).toMatch(
      /^NAME +STATUS +ERRORS +WARNINGS +CREATED +EXPIRES +STORAGE LOCATION +QUEUE POSITION +SELECTOR\b/,
    )
    expect(backups.stdout).toMatch(new RegExp(`^default +Completed +0 +0 +${time} +29d +default +<none>`, 'm'))
    const restores = await lateen('restore get', bucket.env)
    expect(restores.stdout).toMatch(/^NAME +BACKUP +STATUS +STARTED +COMPLETED +ERRORS +WARNINGS +CREATED +SELECTOR\n/)
    expect(restores.stdout).toMatch(
      new RegExp(`^default-\\d{14} +default +Completed +${time} +${time} +0 +0 +${time} +<none>$`, 'm'),
    )
  })
})
