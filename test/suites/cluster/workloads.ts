import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { MERGE, type Reply, STRATEGIC, unique } from './client.ts'

const items = ({ body }: Reply) =>
  body.items as { metadata: Record<string, never>; spec: never; status: { phase: string } }[]
const template = (labels: object) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'nginx:1.29', ports: [{ name: 'http', containerPort: 80 }] }] },
})

export function workloadTests(client: WithClient): void {
  describe('workloads', () => {
    let namespace: string
    let core: string
    beforeAll(async () => {
      namespace = await client().namespace()
      core = `/api/v1/namespaces/${namespace}`
    })

    it('bring about what they control, which goes with them', async () => {
      const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
      const labels = { app: unique('web') }
      const name = labels.app
      const spec = { replicas: 2, selector: { matchLabels: labels }, template: template(labels) }
      const made = await client().post(deployments, { metadata: { name }, spec })
      expect(made.body.spec).toMatchObject({
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        template: {
          spec: {
            containers: [
              { imagePullPolicy: 'IfNotPresent', ports: [{ name: 'http', containerPort: 80, protocol: 'TCP' }] },
            ],
            restartPolicy: 'Always',
            dnsPolicy: 'ClusterFirst',
          },
        },
      })
      const ready = await client().eventually(`${deployments}/${name}`, ({ body }) => body.status.readyReplicas === 2)
      expect(ready.body.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
      const selector = `?labelSelector=app%3D${name}`
      const sets = `/apis/apps/v1/namespaces/${namespace}/replicasets${selector}`
      const [set] = items(await client().get(sets))
      expect(set?.metadata).toMatchObject({
        name: expect.stringMatching(new RegExp(`^${name}-[a-z0-9]+$`)),
        labels: { ...labels, 'pod-template-hash': expect.any(String) },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true, blockOwnerDeletion: true },
        ],
      })
      const pods = items(await client().get(`${core}/pods${selector}`))
      expect(pods).toHaveLength(2)
      expect(pods[0]).toMatchObject({
        metadata: {
          name: expect.stringMatching(new RegExp(`^${set?.metadata.name}-[a-z0-9]{5}$`)),
          generateName: `${set?.metadata.name}-`,
          ownerReferences: [{ kind: 'ReplicaSet', name: set?.metadata.name }],
        },
        spec: { nodeName: 'node-0', serviceAccountName: 'default' },
        status: { phase: 'Running', podIP: expect.any(String) },
      })
      await client().patch(`${deployments}/${name}`, MERGE, { spec: { replicas: 1 } })
      await client().eventually(`${core}/pods${selector}`, reply => items(reply).length === 1)
      await client().delete(`${deployments}/${name}`)
      await client().eventually(sets, reply => items(reply).length === 0)
      await client().eventually(`${core}/pods${selector}`, reply => items(reply).length === 0)
    })

    it('adopt what their selectors fit and nobody controls, as after a restore', async () => {
      const [sets, deployments] = ['replicasets', 'deployments'].map(
        kind => `/apis/apps/v1/namespaces/${namespace}/${kind}`,
      )
      const labels = { app: unique('orphan') }
      const hashed = { ...labels, 'pod-template-hash': '5d4c7' }
      const name = labels.app
      await client().post(`${core}/pods`, { metadata: { name, labels: hashed }, spec: template({}).spec })
      const spec = { replicas: 1, selector: { matchLabels: hashed }, template: template(hashed) }
      await client().post(sets as string, { metadata: { name: `${name}-5d4c7`, labels: hashed }, spec })
      const whole = { replicas: 1, selector: { matchLabels: labels }, template: template(labels) }
      await client().post(deployments as string, { metadata: { name }, spec: whole })
      const owned = (reply: Reply, kind: string) =>
        expect(items(reply)).toMatchObject([{ metadata: { ownerReferences: [{ kind, controller: true }] } }])
      const selector = `?labelSelector=app%3D${name}`
      await client().eventually(`${deployments}/${name}`, ({ body }) => body.status?.readyReplicas === 1)
      owned(await client().get(`${sets}${selector}`), 'Deployment')
      owned(await client().get(`${core}/pods${selector}`), 'ReplicaSet')
      await client().delete(`${deployments}/${name}`)
    })

    it('give their pods the token of their ServiceAccount, unless it is mounted already', async () => {
      const name = unique('pod')
      const { body } = await client().post(`${core}/pods`, { metadata: { name }, spec: template({}).spec })
      const mount = { name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/), readOnly: true }
      const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
      expect(body.spec.containers[0].volumeMounts).toEqual([{ ...mount, mountPath }])
      expect(body.spec.volumes).toMatchObject([{ name: mount.name, projected: { defaultMode: 420 } }])
      const { spec } = (await client().get(`${core}/pods/${name}`)).body
      const copy = { ...spec, nodeName: undefined }
      const again = await client().post(`${core}/pods`, { metadata: { name: `${name}-again` }, spec: copy })
      expect(again.body.spec.volumes).toEqual(spec.volumes)
    })

    it('refuse changes to a running pod, but for its image', async () => {
      const name = unique('pod')
      await client().post(`${core}/pods`, { metadata: { name }, spec: template({}).spec })
      await client().eventually(`${core}/pods/${name}`, ({ body }) => body.status.phase === 'Running')
      const change = (container: object) =>
        client().patch(`${core}/pods/${name}`, STRATEGIC, { spec: { containers: [{ name: 'c', ...container }] } })
      expect(await change({ command: ['x'] })).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'spec' }] } },
      })
      expect((await change({ image: 'nginx:1.30' })).status).toBe(200)
    })

    it('need a selector that fits their template', async () => {
      const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
      const spec = { selector: { matchLabels: { app: 'a' } }, template: template({ app: 'b' }) }
      expect(await client().post(deployments, { metadata: { name: 'x' }, spec })).toMatchObject({
        status: 422,
        body: { details: { group: 'apps', kind: 'Deployment', causes: [{ field: 'spec.template.metadata.labels' }] } },
      })
    })

    it('of a job end well', async () => {
      const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
      const name = unique('job')
      const spec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } }
      const { body } = await client().post(jobs, { metadata: { name }, spec })
      const uid = body.metadata.uid
      expect(body.spec).toMatchObject({
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
        template: { metadata: { labels: { 'batch.kubernetes.io/controller-uid': uid, 'job-name': name } } },
      })
      const done = await client().eventually(`${jobs}/${name}`, reply => reply.body.status.succeeded === 1)
      expect(done.body.status.conditions).toContainEqual(expect.objectContaining({ type: 'Complete', status: 'True' }))
    })

    it('with numbers have pods and claims of their own', async () => {
      const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`
      const labels = { app: unique('db') }
      const name = labels.app
      const claim = {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }
      const spec = { replicas: 1, serviceName: name, selector: { matchLabels: labels }, template: template(labels) }
      await client().post(sets, { metadata: { name }, spec: { ...spec, volumeClaimTemplates: [claim] } })
      const pod = await client().eventually(`${core}/pods/${name}-0`, ({ status }) => status === 200)
      expect(pod.body.spec.volumes).toContainEqual({
        name: 'data',
        persistentVolumeClaim: { claimName: `data-${name}-0` },
      })
      expect(pod.body.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': `${name}-0` })
      expect((await client().get(`${core}/persistentvolumeclaims/data-${name}-0`)).body).toMatchObject({
        metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
        status: { phase: 'Pending' },
      })
    })
  })

  describe('services', () => {
    let core: string
    let namespace: string
    beforeAll(async () => {
      namespace = await client().namespace()
      core = `/api/v1/namespaces/${namespace}`
    })

    it('get an address and a node port, and keep them', async () => {
      const spec = { type: 'NodePort', ports: [{ port: 80, targetPort: 'http' }] }
      const { body } = await client().post(`${core}/services`, { metadata: { name: 'web' }, spec })
      expect(body.spec).toMatchObject({
        clusterIP: expect.stringMatching(/^10\.96\./),
        clusterIPs: [body.spec.clusterIP],
        ipFamilies: ['IPv4'],
        sessionAffinity: 'None',
        externalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', nodePort: expect.any(Number) }],
      })
      expect(body.metadata.managedFields[0].fieldsV1['f:spec']).not.toHaveProperty('f:clusterIP')
      const replaced = await client().put(`${core}/services/web`, {
        metadata: { name: 'web', resourceVersion: body.metadata.resourceVersion, labels: { a: 'b' } },
        spec,
      })
      expect([replaced.status, replaced.body.spec]).toEqual([200, body.spec])
      expect(
        await client().patch(`${core}/services/web`, MERGE, { spec: { clusterIP: '10.96.250.250' } }),
      ).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'spec.clusterIPs[0]', reason: 'FieldValueInvalid' }] } },
      })
      const [taken] = body.spec.ports
      const rival = { type: 'NodePort', ports: [{ port: 81, nodePort: taken.nodePort }] }
      expect(await client().post(`${core}/services`, { metadata: { name: 'rival' }, spec: rival })).toMatchObject({
        status: 422,
        body: {
          details: {
            causes: [{ field: 'spec.ports[0].nodePort', message: expect.stringContaining('already allocated') }],
          },
        },
      })
    })

    it('are refused an address that is taken or not the cluster’s, and no ports at all', async () => {
      const ports = [{ port: 80 }]
      const { body } = await client().post(`${core}/services`, { metadata: { name: 'first' }, spec: { ports } })
      for (const clusterIP of [body.spec.clusterIP, '192.0.2.1'])
        expect(
          await client().post(`${core}/services`, { metadata: { name: 'x' }, spec: { clusterIP, ports } }),
        ).toMatchObject({
          status: 422,
          body: { details: { causes: [{ field: 'spec.clusterIPs' }] } },
        })
      expect(await client().post(`${core}/services`, { metadata: { name: 'x' }, spec: {} })).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'spec.ports', reason: 'FieldValueRequired' }] } },
      })
      await client().delete(`${core}/services/first`)
      const again = { metadata: { name: 'second' }, spec: { clusterIP: body.spec.clusterIP, ports } }
      await expect
        .poll(async () => (await client().post(`${core}/services`, again)).status, { timeout: 20_000 })
        .toBe(201)
    })

    it('without an address stay so', async () => {
      const spec = { clusterIP: 'None', selector: { app: 'x' }, ports: [{ port: 80 }] }
      const { body } = await client().post(`${core}/services`, { metadata: { name: 'headless' }, spec })
      expect(body.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] })
    })

    it('publish the pods that they select', async () => {
      await client().post(`${core}/pods`, { metadata: { name: 'p' }, spec: template({}).spec })
      await client().patch(`${core}/pods/p`, MERGE, { metadata: { labels: { app: 'p' } } })
      const spec = { selector: { app: 'p' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }
      await client().post(`${core}/services`, { metadata: { name: 'p' }, spec })
      const endpoints = await client().eventually(`${core}/endpoints/p`, ({ body }) => body.subsets?.[0]?.addresses)
      expect(endpoints.body.subsets).toMatchObject([
        {
          addresses: [{ targetRef: { kind: 'Pod', name: 'p' } }],
          ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
        },
      ])
      const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dp`
      const slice = await client().eventually(slices, reply => reply.body.items[0]?.endpoints?.length === 1)
      expect(slice.body.items[0]).toMatchObject({
        metadata: { generateName: 'p-', ownerReferences: [{ kind: 'Service', name: 'p' }] },
        addressType: 'IPv4',
        endpoints: [{ conditions: { ready: true }, targetRef: { name: 'p' }, nodeName: 'node-0' }],
      })
      await client().delete(`${core}/services/p`)
      await client().eventually(`${core}/endpoints/p`, ({ status }) => status === 404)
      await client().eventually(slices, reply => reply.body.items.length === 0)
    })
  })
}
