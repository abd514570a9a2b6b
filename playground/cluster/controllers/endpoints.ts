import type { Controller } from '../controllers.ts'
import { at, equal, find, isObject, type JsonObject, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { releaseAddress } from '../services.ts'
import { controlled, ownerReference } from './owned.ts'
import { isReady } from './pods.ts'
import { change, MANAGER } from './status.ts'

const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Endpoints and an EndpointSlice for each service with a selector, following the pods that it selects. */
export const publishEndpoints: Controller = (all, { type, kind, object }) => {
  if (kind.storage === '/pods') {
    const labels = at(object, 'metadata', 'labels')
    for (const service of all.all(all.kind('', 'v1', 'services'), text(at(object, 'metadata').namespace))) {
      if (selects(service.object, labels)) publish(all, service)
    }
  }
  if (kind.storage !== '/services') return
  const metadata = object.metadata as JsonObject
  if (type === 'deleted') {
    releaseAddress(all, object)
    const endpoints = all.find(all.kind('', 'v1', 'endpoints'), text(metadata.namespace), text(metadata.name))
    if (endpoints !== undefined) all.remove(endpoints)
    return
  }
  const live = all.find(kind, text(metadata.namespace), text(metadata.name))
  if (live !== undefined) publish(all, live)
}

function selects(service: JsonObject, labels: JsonObject): boolean {
  const selector = find(service, 'spec', 'selector')
  return isObject(selector) && Object.entries(selector).every(([key, value]) => labels[key] === value)
}

function publish(all: Objects, service: Live): void {
  if (!isObject(find(service.object, 'spec', 'selector')) || at(service.object, 'spec').type === 'ExternalName') return
  const namespace = text(service.metadata.namespace)
  const home = all.find(all.kind('', 'v1', 'namespaces'), '', namespace)
  if (service.metadata.deletionTimestamp !== undefined || home?.metadata.deletionTimestamp !== undefined) return
  const pods = all
    .all(all.kind('', 'v1', 'pods'), namespace)
    .filter(pod => selects(service.object, at(pod.metadata, 'labels')) && isReady(pod.object))
    .filter(pod => pod.metadata.deletionTimestamp === undefined)
  publishSlice(all, service, pods)
  publishOld(all, service, pods)
}

const reference = (pod: Live) => ({
  kind: 'Pod',
  namespace: text(pod.metadata.namespace),
  name: text(pod.metadata.name),
  uid: text(pod.metadata.uid),
})

/** A service's ports as its pods have them; a name that no container has gives none. */
function targets(service: Live, pods: readonly Live[]): { name: string; port: number; protocol: string }[] {
  return objects(find(service.object, 'spec', 'ports')).flatMap(port => {
    const target = port.targetPort ?? port.port
    const named = pods.flatMap(pod =>
      objects(find(pod.object, 'spec', 'containers')).flatMap(({ ports }) =>
        objects(ports).filter(({ name }) => name === target),
      ),
    )
    const number = typeof target === 'number' ? target : Number(named[0]?.containerPort ?? 0)
    return number === 0 ? [] : [{ name: text(port.name), port: number, protocol: text(port.protocol) || 'TCP' }]
  })
}

function publishSlice(all: Objects, service: Live, pods: readonly Live[]): void {
  const kind = all.kind('discovery.k8s.io', 'v1', 'endpointslices')
  const name = text(service.metadata.name)
  const endpoints = pods.map(pod => ({
    addresses: [text(at(pod.object, 'status').podIP)],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: reference(pod),
    nodeName: text(at(pod.object, 'spec').nodeName),
  }))
  const ports = targets(service, pods).map(({ name, port, protocol }) => ({ name, protocol, port }))
  const content: JsonObject = { addressType: 'IPv4', endpoints, ports: ports.length > 0 ? ports : null }
  const [there] = controlled(all, service, kind)
  if (there === undefined) {
    const labels = {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': name,
      ...(at(service.object, 'spec').clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
    }
    const metadata = {
      name: `${name}-${all.suffix()}`,
      generateName: `${name}-`,
      namespace: text(service.metadata.namespace),
      generation: 1,
      labels,
      annotations: { [TRIGGER]: all.now() },
      ownerReferences: [ownerReference(service)],
    }
    all.make(kind, MANAGER, metadata, content)
  } else if (!equal(there.object.endpoints, endpoints) || !equal(there.object.ports, content.ports)) {
    const generation = Number(there.metadata.generation ?? 1) + 1
    change(all, there, { ...there.object, ...content, metadata: { ...there.metadata, generation } })
  }
}

function publishOld(all: Objects, service: Live, pods: readonly Live[]): void {
  const kind = all.kind('', 'v1', 'endpoints')
  const [name, namespace] = [text(service.metadata.name), text(service.metadata.namespace)]
  const addresses = pods.map(pod => ({
    ip: text(at(pod.object, 'status').podIP),
    nodeName: text(at(pod.object, 'spec').nodeName),
    targetRef: reference(pod),
  }))
  const ports = targets(service, pods).map(({ name, ...port }) => ({ ...(name && { name }), ...port }))
  const subsets = addresses.length === 0 ? [] : [{ addresses, ports }]
  const there = all.find(kind, namespace, name)
  if (there === undefined) {
    const labels = {
      ...at(service.metadata, 'labels'),
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      ...(at(service.object, 'spec').clusterIP === 'None' && { 'service.kubernetes.io/headless': '' }),
    }
    const annotations = { [TRIGGER]: all.now() }
    all.make(kind, MANAGER, { name, namespace, labels, annotations }, subsets.length > 0 ? { subsets } : {})
  } else if (!equal(there.object.subsets ?? [], subsets)) change(all, there, { ...there.object, subsets })
}
