import type { Defaults } from '../defaults.ts'
import { child, type JsonObject, list, objects } from '../json.ts'
import { fill } from './fill.ts'

const INTERNET_FACING = new Set(['NodePort', 'LoadBalancer'])

export const serviceDefaults: Defaults = {
  '/services': service => {
    const spec = child(service, 'spec')
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' })
    for (const port of objects(spec.ports)) fill(port, { protocol: 'TCP', targetPort: port.port ?? 0 })
    if (spec.sessionAffinity === 'ClientIP')
      fill(spec, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } })
    if (INTERNET_FACING.has(String(spec.type))) fill(spec, { externalTrafficPolicy: 'Cluster' })
    if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true })
    if (spec.type !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' })
    fill(child(service, 'status'), { loadBalancer: {} })
  },
  '/endpoints': endpoints => {
    for (const subset of objects(endpoints.subsets)) protocols(subset)
  },
  'discovery.k8s.io/endpointslices': slice => {
    for (const port of objects(slice.ports)) fill(port, { name: '', protocol: 'TCP' })
  },
  'networking.k8s.io/ingresses': ingress => fill(child(ingress, 'status'), { loadBalancer: {} }),
  'networking.k8s.io/networkpolicies': policy => {
    const spec = child(policy, 'spec')
    for (const rule of [...objects(spec.ingress), ...objects(spec.egress)]) protocols(rule)
    fill(spec, { policyTypes: list(spec.egress).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'] })
  },
}

function protocols(holder: JsonObject): void {
  for (const port of objects(holder.ports)) fill(port, { protocol: 'TCP' })
}
