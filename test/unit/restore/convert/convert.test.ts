import { describe, expect, test } from 'vitest'
import { conversionFor } from '../../../../lib/restore/convert/index.ts'
import { RULES } from '../../../../lib/restore/convert/rules.ts'
import type { JsonObject, KubeObject } from '../../../../lib/restore/types.ts'

/** What a cluster serves, as `GROUP/VERSION PLURAL`. */
const serving = (...entries: string[]) =>
  entries.map(entry => {
    const [apiVersion = '', plural = ''] = entry.split(' ')
    const [group = '', version = ''] = apiVersion.split('/')
    return { group, version, resource: `${plural}.${group}` }
  })
const EVERYTHING = serving(...RULES.map(({ to, resource }) => `${to} ${resource}`))

function convert(resource: string, apiVersion: string, fields: JsonObject, metadata: JsonObject = {}): KubeObject {
  const conversion = conversionFor(resource, apiVersion, EVERYTHING)
  if (conversion === undefined) throw new Error(`no rule for ${apiVersion} ${resource}`)
  const object: KubeObject = { apiVersion, kind: 'Any', metadata: { name: 'web', ...metadata }, ...fields }
  conversion.convert(object)
  expect(object.apiVersion).toBe(conversion.apiVersion)
  return object
}

describe('which version an object is written in', () => {
  test.each([
    ['cronjobs.batch', 'batch/v1beta1', 'batch/v1', 'cronjobs.batch'],
    ['ingresses.extensions', 'extensions/v1beta1', 'networking.k8s.io/v1', 'ingresses.networking.k8s.io'],
    ['ingresses.networking.k8s.io', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1', 'ingresses.networking.k8s.io'],
    ['daemonsets.extensions', 'extensions/v1beta1', 'apps/v1', 'daemonsets.apps'],
    ['statefulsets.apps', 'apps/v1beta1', 'apps/v1', 'statefulsets.apps'],
    [
      'horizontalpodautoscalers.autoscaling',
      'autoscaling/v2beta2',
      'autoscaling/v2',
      'horizontalpodautoscalers.autoscaling',
    ],
  ])('%s of %s: %s', (resource, stored, apiVersion, target) => {
    expect(conversionFor(resource, stored, EVERYTHING)).toMatchObject({ apiVersion, resource: target })
  })

  test('is one that the cluster serves, the newest of several', () => {
    const resource = 'flowschemas.flowcontrol.apiserver.k8s.io'
    const [old, beta, newest] = ['v1beta2', 'v1beta3', 'v1'].map(version => `flowcontrol.apiserver.k8s.io/${version}`)
    const to = (...served: (string | undefined)[]) =>
      conversionFor(resource, old ?? '', serving(...served.map(version => `${version} flowschemas`)))?.apiVersion
    expect(to(beta, newest)).toBe(newest)
    expect(to(beta)).toBe(beta)
    expect(to()).toBeUndefined()
  })

  test.each([
    ['podsecuritypolicies.policy', 'policy/v1beta1'],
    ['cronjobs.batch', 'batch/v1'],
    ['cronjobs.example.com', 'batch/v1beta1'],
    ['widgets.example.com', 'example.com/v1'],
    ['pods', 'v1'],
  ])('is none for %s of %s, for which there is no rule', (resource, apiVersion) => {
    expect(conversionFor(resource, apiVersion, EVERYTHING)).toBeUndefined()
  })

  test('is told with a reason, and only once for each pair', () => {
    for (const { reason } of RULES) expect(reason).toMatch(/\w/)
    const pairs = RULES.map(({ resource, from, to }) => `${resource} ${from} ${to}`)
    expect(new Set(pairs).size).toBe(pairs.length)
  })
})

describe('owners of fields', () => {
  const managedFields = [
    { manager: 'kubectl', operation: 'Update', apiVersion: 'batch/v1beta1' },
    { manager: 'kubectl', operation: 'Update', apiVersion: 'networking.k8s.io/v1beta1' },
    { manager: 'helm', operation: 'Update', apiVersion: 'networking.k8s.io/v1' },
  ]

  test('stay where both versions have one shape', () => {
    const { metadata } = convert('cronjobs.batch', 'batch/v1beta1', {}, { managedFields: [{ ...managedFields[0] }] })
    expect(metadata.managedFields).toEqual([{ ...managedFields[0], apiVersion: 'batch/v1' }])
  })

  test('of fields that are no more are dropped', () => {
    const { metadata } = convert(
      'ingresses.networking.k8s.io',
      'networking.k8s.io/v1beta1',
      {},
      {
        managedFields: managedFields.slice(1),
      },
    )
    expect(metadata.managedFields).toEqual([managedFields[2]])
    expect(convert('ingresses.extensions', 'extensions/v1beta1', {}).metadata).toEqual({ name: 'web' })
  })
})

describe('an Ingress', () => {
  const ingress = (spec: JsonObject) => convert('ingresses.extensions', 'extensions/v1beta1', { spec }).spec

  test('names its services as v1 does, and each path has a type', () => {
    const resource = { apiGroup: 'g', kind: 'Bucket', name: 'b' }
    const paths = [
      { path: '/a', backend: { serviceName: 'a', servicePort: 80 } },
      { path: '/b', pathType: 'Prefix', backend: { serviceName: 'b', servicePort: 'http' } },
      { path: '/c', backend: { resource } },
    ]
    const spec = {
      backend: { serviceName: 'd', servicePort: 1 },
      tls: [{ hosts: ['h'] }],
      rules: [{ host: 'h', http: { paths } }],
    }
    expect(ingress(spec)).toEqual({
      defaultBackend: { service: { name: 'd', port: { number: 1 } } },
      tls: [{ hosts: ['h'] }],
      rules: [
        {
          host: 'h',
          http: {
            paths: [
              {
                path: '/a',
                pathType: 'ImplementationSpecific',
                backend: { service: { name: 'a', port: { number: 80 } } },
              },
              { path: '/b', pathType: 'Prefix', backend: { service: { name: 'b', port: { name: 'http' } } } },
              { path: '/c', pathType: 'ImplementationSpecific', backend: { resource } },
            ],
          },
        },
      ],
    })
  })

  test.each<[JsonObject, string]>([
    [{ backend: {} }, 'spec.backend names neither a service nor a resource'],
    [{ backend: { serviceName: 'a' } }, 'spec.backend.servicePort is missing'],
    [
      { rules: [{}, { http: { paths: [{}] } }] },
      'spec.rules[1].http.paths[0].backend names neither a service nor a resource',
    ],
  ])('that v1 can not say is refused with the field: %j', (spec, message) => {
    expect(() => ingress(spec)).toThrow(message)
  })
})

describe('a workload', () => {
  const deployment = (spec: JsonObject) => convert('deployments.extensions', 'extensions/v1beta1', { spec }).spec
  const template = { metadata: { labels: { app: 'web' } } }

  test('without a selector is given the one that it had by default', () => {
    expect(deployment({ template, rollbackTo: {}, replicas: 2 })).toEqual({
      template,
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
    })
  })

  test('with a selector keeps it', () => {
    const selector = { matchExpressions: [{ key: 'app', operator: 'Exists' }] }
    expect(deployment({ template, selector })).toEqual({ template, selector })
  })

  test('of which no selector is known is refused', () => {
    expect(() => deployment({ template: {} })).toThrow(/spec\.selector is missing/)
  })
})

test.each<[unknown, unknown]>([
  [{}, undefined],
  [{ matchLabels: {}, matchExpressions: [] }, undefined],
  [{ matchLabels: { app: 'web' } }, { matchLabels: { app: 'web' } }],
  [undefined, undefined],
])('a PodDisruptionBudget with selector %j goes on to mean the same pods', (selector, wanted) => {
  const spec = convert('poddisruptionbudgets.policy', 'policy/v1beta1', { spec: { minAvailable: 1, selector } }).spec
  expect(spec).toEqual({ minAvailable: 1, ...(wanted !== undefined && { selector: wanted }) })
})

test('subjects of v1alpha1 get their group, and the user * is all who are known', () => {
  const subjects = [
    { kind: 'User', name: '*', apiVersion: 'rbac/v1alpha1' },
    { kind: 'Group', name: 'g', apiVersion: 'rbac/v1alpha1' },
    { kind: 'ServiceAccount', name: 's', namespace: 'n', apiVersion: 'v1' },
  ]
  const resource = 'rolebindings.rbac.authorization.k8s.io'
  const apiGroup = 'rbac.authorization.k8s.io'
  expect(convert(resource, 'rbac.authorization.k8s.io/v1alpha1', { subjects }).subjects).toEqual([
    { kind: 'Group', name: 'system:authenticated', apiGroup },
    { kind: 'Group', name: 'g', apiGroup },
    { kind: 'ServiceAccount', name: 's', namespace: 'n' },
  ])
})

test('an EndpointSlice tells node and zone in fields of their own', () => {
  const topology = { 'kubernetes.io/hostname': 'n1', 'topology.kubernetes.io/zone': 'z', other: 'o' }
  const endpoints = [
    { addresses: ['a'], topology },
    { nodeName: 'mine', topology: { 'kubernetes.io/hostname': 'n1' } },
    {},
  ]
  expect(convert('endpointslices.discovery.k8s.io', 'discovery.k8s.io/v1beta1', { endpoints }).endpoints).toEqual([
    { addresses: ['a'], nodeName: 'n1', zone: 'z', deprecatedTopology: { other: 'o' } },
    { nodeName: 'mine' },
    {},
  ])
})

describe('a HorizontalPodAutoscaler of v2beta1', () => {
  const resource = 'horizontalpodautoscalers.autoscaling'
  const metrics = (...list: JsonObject[]) => convert(resource, 'autoscaling/v2beta1', { spec: { metrics: list } }).spec
  const selector = { matchLabels: { a: 'b' } }
  const target = { kind: 'Ingress', name: 'i' }

  test.each<[JsonObject, JsonObject]>([
    [
      { type: 'Resource', resource: { name: 'cpu', targetAverageUtilization: 80 } },
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ],
    [
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
    ],
    [
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', targetAverageUtilization: 80 } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
    [
      { type: 'Pods', pods: { metricName: 'm', targetAverageValue: '5', selector } },
      { type: 'Pods', pods: { metric: { name: 'm', selector }, target: { type: 'AverageValue', averageValue: '5' } } },
    ],
    [
      { type: 'Object', object: { target, metricName: 'm', targetValue: '5' } },
      {
        type: 'Object',
        object: { describedObject: target, metric: { name: 'm' }, target: { type: 'Value', value: '5' } },
      },
    ],
    [
      { type: 'Object', object: { target, metricName: 'm', targetValue: '0', averageValue: '2' } },
      {
        type: 'Object',
        object: { describedObject: target, metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '2' } },
      },
    ],
    [
      { type: 'External', external: { metricName: 'm', metricSelector: selector, targetAverageValue: '2' } },
      {
        type: 'External',
        external: { metric: { name: 'm', selector }, target: { type: 'AverageValue', averageValue: '2' } },
      },
    ],
  ])('%j', (metric, wanted) => {
    expect(metrics(metric)).toEqual({ metrics: [wanted] })
  })

  test.each<JsonObject>([
    { type: 'New', new: {} },
    { type: 'Pods' },
    {},
  ])('with a metric that is none is refused: %j', metric => {
    expect(() => metrics({ type: 'Resource', resource: {} }, metric)).toThrow(/^spec\.metrics\[1\]/)
  })
})

test('webhooks go on to mean what they meant by default, and name their side effects', () => {
  const resource = 'mutatingwebhookconfigurations.admissionregistration.k8s.io'
  const webhooks = [
    { name: 'a', sideEffects: 'Unknown' },
    { name: 'b', failurePolicy: 'Fail', timeoutSeconds: 5, sideEffects: 'NoneOnDryRun' },
  ]
  const defaults = {
    failurePolicy: 'Ignore',
    matchPolicy: 'Exact',
    timeoutSeconds: 30,
    admissionReviewVersions: ['v1beta1'],
  }
  expect(convert(resource, 'admissionregistration.k8s.io/v1beta1', { webhooks }).webhooks).toEqual([
    { ...defaults, name: 'a', sideEffects: 'None' },
    { ...defaults, ...webhooks[1] },
  ])
})

describe('a CRD of v1beta1', () => {
  const resource = 'customresourcedefinitions.apiextensions.k8s.io'
  const crd = (spec: JsonObject) => convert(resource, 'apiextensions.k8s.io/v1beta1', { spec }).spec
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object' } } }
  const open = { 'x-kubernetes-preserve-unknown-fields': true }

  test('says for each version what it said for all', () => {
    const stored = {
      group: 'g',
      version: 'v1',
      versions: [
        { name: 'v1', served: true, storage: true },
        { name: 'v2', served: true, storage: false },
      ],
      validation: { openAPIV3Schema },
      subresources: { status: {} },
      additionalPrinterColumns: [{ name: 'Age', type: 'date', JSONPath: '.metadata.creationTimestamp' }],
      preserveUnknownFields: false,
      conversion: { strategy: 'None' },
    }
    const all = {
      schema: { openAPIV3Schema },
      subresources: { status: {} },
      additionalPrinterColumns: [{ name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }],
    }
    expect(crd(stored)).toEqual({ group: 'g', versions: stored.versions.map(version => ({ ...version, ...all })) })
  })

  test('that keeps unknown fields, as by default, goes on to do so', () => {
    expect(crd({ version: 'v1' })).toEqual({
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', ...open } } }],
    })
    expect(crd({ version: 'v1', validation: { openAPIV3Schema: { properties: {} } } })).toMatchObject({
      versions: [{ schema: { openAPIV3Schema: { type: 'object', properties: {}, ...open } } }],
    })
  })

  test('keeps its conversion webhook', () => {
    const conversion = { strategy: 'Webhook', webhookClientConfig: { url: 'u' } }
    expect(crd({ version: 'v1', conversion })).toMatchObject({
      conversion: {
        strategy: 'Webhook',
        webhook: { clientConfig: { url: 'u' }, conversionReviewVersions: ['v1beta1'] },
      },
    })
  })

  test.each<[JsonObject, RegExp]>([
    [{}, /spec\.versions is missing/],
    [{ version: 'v1', preserveUnknownFields: false }, /no schema for v1/],
  ])('that v1 would refuse is refused with the reason: %j', (spec, message) => {
    expect(() => crd(spec)).toThrow(message)
  })
})

test('a priority level keeps its shares', () => {
  const resource = 'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io'
  const limited = { assuredConcurrencyShares: 20, limitResponse: { type: 'Reject' } }
  const { spec } = convert(resource, 'flowcontrol.apiserver.k8s.io/v1beta2', { spec: { type: 'Limited', limited } })
  expect(spec).toEqual({
    type: 'Limited',
    limited: { nominalConcurrencyShares: 20, limitResponse: { type: 'Reject' } },
  })
})

test('a RuntimeClass of v1alpha1 has its fields at the top', () => {
  const spec = { runtimeHandler: 'gvisor', scheduling: { nodeSelector: {} } }
  expect(convert('runtimeclasses.node.k8s.io', 'node.k8s.io/v1alpha1', { spec })).toEqual({
    apiVersion: 'node.k8s.io/v1',
    kind: 'Any',
    metadata: { name: 'web' },
    handler: 'gvisor',
    scheduling: { nodeSelector: {} },
  })
})

test.each<[JsonObject, string | undefined]>([
  [{ signerName: 'example.com/s', usages: ['client auth'] }, undefined],
  [{ usages: ['client auth'] }, 'spec.signerName is missing'],
  [{ signerName: 'kubernetes.io/legacy-unknown', usages: ['x'] }, 'which certificates.k8s.io/v1 does not take'],
  [{ signerName: 'example.com/s' }, 'spec.usages is missing'],
])('a CertificateSigningRequest %j: %s', (spec, problem) => {
  const run = () => convert('certificatesigningrequests.certificates.k8s.io', 'certificates.k8s.io/v1beta1', { spec })
  if (problem === undefined) expect(run().spec).toEqual(spec)
  else expect(run).toThrow(problem)
})
