import { scrambled, secretText, settingsText } from './text.ts'

/** What of an object its kind decides. `name` is the object's own, `i` its place among those of its kind. */
export interface Body {
  /** Put behind the name, as controllers do. */
  suffix?: (i: number) => string
  body: (i: number, name: string, namespace: string) => Record<string, unknown>
  /** What only a server or a controller writes. */
  status?: (i: number) => Record<string, unknown>
}

export interface ShapeKind extends Body {
  group: string
  version: string
  /** Plural, as in paths. */
  resource: string
  kind: string
  /** Of a thousand objects. */
  share: number
}

const TIME = '2026-03-01T08:00:00Z'

/** Many are small, a few large. */
const SETTINGS_BYTES = [90, 150, 250, 250, 400, 700, 1_000, 1_800, 3_500, 12_000]
const SECRET_BYTES = [40, 40, 120, 120, 700, 900, 1_600, 1_600, 2_400, 9_000]
const sizeOf = (sizes: readonly number[], i: number) => sizes[Number.parseInt(scrambled(i).slice(0, 4), 16) % 10] ?? 0

const container = (name: string, i: number) => ({
  name,
  image: `registry.example.com/team/${name}:1.${i % 40}.${i % 7}`,
  ports: [{ containerPort: 8080, protocol: 'TCP' }],
  env: [
    { name: 'SETTINGS', value: settingsText(i, 160) },
    { name: 'REGION', value: 'eu-central-1' },
  ],
  resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  livenessProbe: { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 1 },
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
})

const podSpec = (i: number, restartPolicy = 'Always') => ({
  containers: [container('app', i), container('proxy', i + 1)],
  restartPolicy,
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  serviceAccountName: 'default',
  securityContext: {},
  schedulerName: 'default-scheduler',
})

const selected = (name: string) => ({ app: name })
const template = (i: number, name: string) => ({ metadata: { labels: selected(name) }, spec: podSpec(i) })
const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: TIME })

/** What clusters are full of, by how often it is found. */
export const KINDS: readonly ShapeKind[] = [
  {
    ...{ group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', share: 160 },
    body: i => ({ data: { 'settings.yaml': settingsText(i, sizeOf(SETTINGS_BYTES, i)), revision: String(i % 90) } }),
  },
  {
    ...{ group: '', version: 'v1', resource: 'secrets', kind: 'Secret', share: 130 },
    body: i => ({ data: { value: secretText(i, sizeOf(SECRET_BYTES, i)) }, type: 'Opaque' }),
  },
  {
    ...{ group: '', version: 'v1', resource: 'serviceaccounts', kind: 'ServiceAccount', share: 40 },
    body: () => ({ automountServiceAccountToken: false }),
  },
  {
    ...{ group: '', version: 'v1', resource: 'services', kind: 'Service', share: 45 },
    body: (_, name) => ({
      spec: {
        ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
        selector: selected(name),
        type: 'ClusterIP',
        sessionAffinity: 'None',
      },
    }),
    status: () => ({ loadBalancer: {} }),
  },
  {
    ...{ group: '', version: 'v1', resource: 'events', kind: 'Event', share: 110 },
    suffix: scrambled,
    body: (i, name, namespace) => ({
      involvedObject: { kind: 'Pod', namespace, name: `web-${i}`, uid: uidOf(i), apiVersion: 'v1' },
      reason: ['Pulled', 'Created', 'Started', 'BackOff', 'Unhealthy'][i % 5],
      message: `Readiness probe failed: Get "http://10.0.${i % 250}.7:8080/healthz" for ${name}: connection refused`,
      source: { component: 'kubelet', host: `node-${i % 300}` },
      firstTimestamp: TIME,
      lastTimestamp: TIME,
      count: (i % 50) + 1,
      type: i % 5 < 3 ? 'Normal' : 'Warning',
    }),
  },
  {
    ...{ group: '', version: 'v1', resource: 'pods', kind: 'Pod', share: 130 },
    suffix: scrambled,
    body: i => ({ spec: podSpec(i) }),
    status: i => ({
      phase: 'Running',
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(condition),
      hostIP: `10.1.${i % 250}.4`,
      podIP: `10.2.${i % 250}.9`,
      startTime: TIME,
      containerStatuses: ['app', 'proxy'].map(name => ({
        name,
        state: { running: { startedAt: TIME } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image: `registry.example.com/team/${name}:1`,
        imageID: `registry.example.com/team/${name}@sha256:${scrambled(i).repeat(8)}`,
        containerID: `containerd://${scrambled(i + 7).repeat(8)}`,
        started: true,
      })),
      qosClass: 'Burstable',
    }),
  },
  {
    ...{ group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet', share: 140 },
    suffix: scrambled,
    body: (i, name) => ({
      // Most are revisions that a Deployment keeps.
      spec: { replicas: i % 4 === 0 ? 2 : 0, selector: { matchLabels: selected(name) }, template: template(i, name) },
    }),
    status: () => ({ replicas: 0, observedGeneration: 2 }),
  },
  {
    ...{ group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment', share: 35 },
    body: (i, name) => ({
      spec: { replicas: 2, selector: { matchLabels: selected(name) }, template: template(i, name) },
    }),
    status: () => ({ observedGeneration: 4, replicas: 2, readyReplicas: 2, conditions: [condition('Available')] }),
  },
  {
    ...{ group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', share: 30 },
    body: i => ({
      spec: { backoffLimit: 6, completions: 1, template: { metadata: {}, spec: podSpec(i, 'Never') } },
    }),
    status: () => ({ conditions: [condition('Complete')], startTime: TIME, completionTime: TIME, succeeded: 1 }),
  },
  {
    ...{ group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices', kind: 'EndpointSlice', share: 45 },
    suffix: scrambled,
    body: i => ({
      addressType: 'IPv4',
      endpoints: [1, 2, 3].map(n => ({ addresses: [`10.2.${i % 250}.${n}`], conditions: { ready: true } })),
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    }),
  },
  {
    ...{ group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'roles', kind: 'Role', share: 30 },
    body: () => ({ rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }] }),
  },
  {
    ...{ group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'rolebindings', kind: 'RoleBinding', share: 30 },
    body: (_, name, namespace) => ({
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    }),
  },
  {
    ...{ group: 'tls.example.com', version: 'v1', resource: 'certificates', kind: 'Certificate', share: 35 },
    body: (i, name) => ({
      spec: { secretName: name, duration: '2160h', issuer: { name: 'internal' }, dnsNames: [`${name}.example.com`] },
      status: { conditions: [condition('Ready')], notAfter: TIME, revision: (i % 9) + 1 },
    }),
  },
  {
    ...{ group: 'mesh.example.com', version: 'v1', resource: 'routes', kind: 'Route', share: 40 },
    body: (i, name) => ({
      spec: {
        hosts: [`${name}.example.com`],
        rules: [1, 2, 3].map(n => ({ match: { prefix: `/v${n}` }, to: { service: name, port: 80, weight: i % 100 } })),
      },
    }),
  },
]

export function uidOf(i: number): string {
  return `${scrambled(i)}-5a1d-4b0c-9a43-${scrambled(i + 1)}5f6e`
}
