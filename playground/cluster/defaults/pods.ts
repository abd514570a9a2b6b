import type { Defaults } from '../defaults.ts'
import { child, equal, isObject, type Json, type JsonObject, objects, text } from '../json.ts'
import { fill } from './fill.ts'

export const podDefaults: Defaults = {
  '/pods': pod => {
    const spec = child(pod, 'spec')
    podSpecDefaults(spec)
    fill(spec, { enableServiceLinks: true })
    fill(child(pod, 'status'), { phase: 'Pending', qosClass: qosClass(spec) })
  },
  '/podtemplates': template => templateDefaults(child(template, 'template')),
}

export function templateDefaults(template: JsonObject): void {
  podSpecDefaults(child(template, 'spec'))
}

function podSpecDefaults(spec: JsonObject): void {
  for (const container of [...objects(spec.initContainers), ...objects(spec.containers)]) containerDefaults(container)
  for (const volume of objects(spec.volumes)) volumeDefaults(volume)
  const account = text(spec.serviceAccountName) || text(spec.serviceAccount)
  if (account !== '') Object.assign(spec, { serviceAccountName: account, serviceAccount: account })
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  })
}

function containerDefaults(container: JsonObject): void {
  const tag = /:([^/:@]+)$/.exec(text(container.image))?.[1]
  const pinned = text(container.image).includes('@') || (tag !== undefined && tag !== 'latest')
  for (const port of objects(container.ports)) fill(port, { protocol: 'TCP' })
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name]
    if (!isObject(probe)) continue
    if (isObject(probe.httpGet)) fill(probe.httpGet, { path: '/', scheme: 'HTTP' })
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  }
  for (const variable of objects(container.env)) {
    const source = isObject(variable.valueFrom) ? variable.valueFrom.fieldRef : undefined
    if (isObject(source)) fill(source, { apiVersion: 'v1' })
  }
  requestsFromLimits(container)
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pinned ? 'IfNotPresent' : 'Always',
  })
}

/** What is limited and not requested is requested up to its limit. */
function requestsFromLimits(container: JsonObject): void {
  const resources = container.resources
  if (isObject(resources) && isObject(resources.limits)) fill(child(resources, 'requests'), resources.limits)
}

const WITH_MODE = ['secret', 'configMap', 'projected', 'downwardAPI']

function volumeDefaults(volume: JsonObject): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {}
  for (const source of WITH_MODE) if (isObject(volume[source])) fill(volume[source], { defaultMode: 420 })
  if (isObject(volume.hostPath)) fill(volume.hostPath, { type: '' })
}

function qosClass(spec: JsonObject): string {
  const resources = objects(spec.containers).map(container =>
    isObject(container.resources) ? container.resources : {},
  )
  const stated = resources.filter(({ requests, limits }) => requests !== undefined || limits !== undefined)
  if (stated.length === 0) return 'BestEffort'
  const isFull = (limits: Json | undefined) =>
    isObject(limits) && limits.cpu !== undefined && limits.memory !== undefined
  const same = resources.every(({ requests, limits }) => isFull(limits) && equal(requests, limits))
  return same ? 'Guaranteed' : 'Burstable'
}
