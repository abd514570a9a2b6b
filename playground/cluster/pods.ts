import { isObject, type Json, type JsonObject, list, objects, text } from './json.ts'
import type { Objects } from './objects.ts'
import { forbidden } from './status.ts'

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount'
const TOLERATED = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const PODS = { group: '', resource: 'pods', kind: 'Pod' }

/** Service account and its token, tolerations, priority: what admission gives to every pod. */
export function admitPod(pod: JsonObject, all: Objects): void {
  const [metadata, spec] = [pod.metadata as JsonObject, pod.spec as JsonObject]
  const account = text(spec.serviceAccountName) || 'default'
  Object.assign(spec, { serviceAccountName: account, serviceAccount: account })
  const accounts = all.kind('', 'v1', 'serviceaccounts')
  if (all.find(accounts, text(metadata.namespace), account) === undefined)
    throw forbidden(
      PODS,
      text(metadata.name),
      `error looking up service account ${text(metadata.namespace)}/${account}: serviceaccount "${account}" not found`,
    )
  if (spec.automountServiceAccountToken !== false) mountToken(spec, all.suffix())
  const tolerations = list(spec.tolerations)
  const missing = TOLERATED.filter(key => !objects(tolerations).some(toleration => toleration.key === key))
  spec.tolerations = [
    ...tolerations,
    ...missing.map(key => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
  ]
  admitPriority(metadata, spec, all)
}

function admitPriority(metadata: JsonObject, spec: JsonObject, all: Objects): void {
  const name = text(spec.priorityClassName)
  const found = name === '' ? undefined : all.find(all.kind('scheduling.k8s.io', 'v1', 'priorityclasses'), '', name)
  if (name !== '' && found === undefined)
    throw forbidden(PODS, text(metadata.name), `no PriorityClass with name ${name} was found`)
  spec.priority = found?.object.value ?? 0
  spec.preemptionPolicy ??= found?.object.preemptionPolicy ?? 'PreemptLowerPriority'
}

/** A container that has something mounted at the token's path already, as a restored one has, keeps that. */
function mountToken(spec: JsonObject, random: string): void {
  const name = `kube-api-access-${random}`
  const bare = [...objects(spec.initContainers), ...objects(spec.containers)].filter(
    container => !objects(container.volumeMounts).some(mount => mount.mountPath === TOKEN_PATH),
  )
  if (bare.length === 0) return
  for (const container of bare) {
    const mount: JsonObject = { name, readOnly: true, mountPath: TOKEN_PATH }
    container.volumeMounts = [...list(container.volumeMounts), mount]
  }
  const volumes: Json[] = [...list(spec.volumes), { name, projected: tokenSources() }]
  spec.volumes = volumes
}

const tokenSources = (): JsonObject => ({
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ],
  defaultMode: 420,
})

/** The fields of a pod's spec that an update may change. */
export function changesForbiddenField(old: JsonObject, fresh: JsonObject): boolean {
  const fixed = (spec: JsonObject) => {
    const { activeDeadlineSeconds, tolerations, terminationGracePeriodSeconds, nodeName, ...rest } = spec
    const imageless = (containers: Json | undefined) =>
      objects(containers).map(({ image, ...container }) => container as JsonObject)
    return { ...rest, containers: imageless(rest.containers), initContainers: imageless(rest.initContainers) }
  }
  const [before, after] = [isObject(old.spec) ? old.spec : {}, isObject(fresh.spec) ? fresh.spec : {}]
  return JSON.stringify(fixed(before)) !== JSON.stringify(fixed(after))
}
