import type { Defaults } from '../defaults.ts'
import { child, isObject, type JsonObject, objects, text } from '../json.ts'
import { fill } from './fill.ts'

const RBAC = 'rbac.authorization.k8s.io'

function bindingDefaults(binding: JsonObject): void {
  if (isObject(binding.roleRef)) fill(binding.roleRef, { apiGroup: RBAC })
  for (const subject of objects(binding.subjects)) {
    if (subject.kind === 'User' || subject.kind === 'Group') fill(subject, { apiGroup: RBAC })
  }
}

export const rbacDefaults: Defaults = {
  [`${RBAC}/rolebindings`]: bindingDefaults,
  [`${RBAC}/clusterrolebindings`]: bindingDefaults,
}

const webhookDefaults = (extra: JsonObject) => (configuration: JsonObject) => {
  for (const webhook of objects(configuration.webhooks)) {
    const service = isObject(webhook.clientConfig) ? webhook.clientConfig.service : undefined
    if (isObject(service)) fill(service, { port: 443 })
    for (const rule of objects(webhook.rules)) fill(rule, { scope: '*' })
    fill(webhook, {
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      ...extra,
    })
  }
}

const ADMISSION = 'admissionregistration.k8s.io'

export const registrationDefaults: Defaults = {
  '/namespaces': namespace => {
    const metadata = child(namespace, 'metadata')
    child(metadata, 'labels')['kubernetes.io/metadata.name'] = text(metadata.name)
  },
  [`${ADMISSION}/validatingwebhookconfigurations`]: webhookDefaults({}),
  [`${ADMISSION}/mutatingwebhookconfigurations`]: webhookDefaults({ reinvocationPolicy: 'Never' }),
  'apiregistration.k8s.io/apiservices': service => {
    const { service: target } = child(service, 'spec')
    if (isObject(target)) fill(target, { port: 443 })
    child(service, 'status')
  },
  'apiextensions.k8s.io/customresourcedefinitions': definition => {
    const spec = child(definition, 'spec')
    const names = child(spec, 'names')
    const kind = text(names.kind)
    fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` })
    fill(spec, { conversion: { strategy: 'None' } })
    const stored = objects(spec.versions).filter(version => version.storage === true)
    fill(definition, {
      status: {
        conditions: null,
        acceptedNames: { plural: '', kind: '' },
        storedVersions: stored.map(version => version.name ?? ''),
      },
    })
  },
  'autoscaling/horizontalpodautoscalers': scaler => {
    fill(child(scaler, 'spec'), { minReplicas: 1 })
    fill(child(scaler, 'status'), { desiredReplicas: 0, currentMetrics: null })
  },
  '/resourcequotas': quota => fill(quota, { status: {} }),
  'policy/poddisruptionbudgets': budget =>
    fill(budget, { status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 } }),
  'scheduling.k8s.io/priorityclasses': priority => fill(priority, { preemptionPolicy: 'PreemptLowerPriority' }),
}
