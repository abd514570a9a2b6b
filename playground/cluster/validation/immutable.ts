import { at, equal, type Json, type JsonObject, list } from '../json.ts'
import { changesForbiddenField } from '../pods.ts'
import { type Cause, forbiddenValue, invalidValue } from '../status.ts'

type Rule = (old: JsonObject, fresh: JsonObject) => Cause[]

const SEALED = 'field is immutable when `immutable` is set'
const POD_UPDATE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** ConfigMaps and Secrets whose author sealed them. */
const sealed =
  (...fields: string[]): Rule =>
  (old, fresh) => {
    if (old.immutable !== true) return []
    const unsealed = fresh.immutable === true ? [] : [forbiddenValue('immutable', SEALED)]
    const changed = fields.filter(field => !equal(blank(old[field]), blank(fresh[field])))
    return [...unsealed, ...changed.map(field => forbiddenValue(field, SEALED))]
  }

const blank = (value: Json | undefined): Json => value ?? {}

const field =
  (path: string, why = 'field is immutable'): Rule =>
  (old, fresh) => {
    const [before, after] = [pick(old, path), pick(fresh, path)]
    return equal(before, after) ? [] : [invalidValue(path, after ?? null, why)]
  }

function pick(object: JsonObject, path: string): Json | undefined {
  const steps = path.split('.')
  return at(object, ...steps.slice(0, -1))[steps.at(-1) ?? '']
}

const rules =
  (...all: Rule[]): Rule =>
  (old, fresh) =>
    all.flatMap(rule => rule(old, fresh))

const clusterAddress: Rule = (old, fresh) => {
  const [before, after] = [at(old, 'spec'), at(fresh, 'spec')]
  const [was, is] = [list(before.clusterIPs)[0], list(after.clusterIPs)[0]]
  if (before.type === 'ExternalName' || after.type === 'ExternalName' || was === undefined || was === is) return []
  return [invalidValue('spec.clusterIPs[0]', after.clusterIPs ?? null, 'may not change once set')]
}

export const immutableRules: Readonly<Record<string, Rule>> = {
  '/configmaps': sealed('data', 'binaryData'),
  '/secrets': rules(sealed('data'), field('type')),
  '/services': clusterAddress,
  '/pods': (old, fresh) => (changesForbiddenField(old, fresh) ? [forbiddenValue('spec', POD_UPDATE)] : []),
  '/persistentvolumeclaims': (old, fresh) => {
    const fixed = ({ resources, volumeAttributesClassName, volumeName, ...spec }: JsonObject) => spec
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
    return equal(fixed(at(old, 'spec')), fixed(at(fresh, 'spec'))) ? [] : [forbiddenValue('spec', why)]
  },
  'apps/deployments': field('spec.selector'),
  'apps/replicasets': field('spec.selector'),
  'apps/daemonsets': field('spec.selector'),
  'apps/statefulsets': (old, fresh) => {
    const { replicas, template, updateStrategy, persistentVolumeClaimRetentionPolicy, ...before } = at(old, 'spec')
    const now = at(fresh, 'spec')
    const why =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
      "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
    const same = ['selector', 'serviceName', 'volumeClaimTemplates', 'podManagementPolicy'].every(key =>
      equal(before[key], now[key]),
    )
    return same ? [] : [forbiddenValue('spec', why)]
  },
  'batch/jobs': rules(field('spec.selector'), field('spec.completions'), field('spec.template')),
  'rbac.authorization.k8s.io/rolebindings': field('roleRef', 'cannot change roleRef'),
  'rbac.authorization.k8s.io/clusterrolebindings': field('roleRef', 'cannot change roleRef'),
  'storage.k8s.io/storageclasses': rules(field('provisioner'), field('parameters'), field('reclaimPolicy')),
}
