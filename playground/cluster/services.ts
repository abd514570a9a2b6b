import { equal, type JsonObject, list, objects, text } from './json.ts'
import type { Objects, Write } from './objects.ts'
import { type Cause, invalid, invalidValue } from './status.ts'

const SERVICES = { group: '', resource: 'services', kind: 'Service' }
/** 10.96.0.0/16, and within it the address of the API server itself. */
const RANGE = '10.96.'
const HOSTS = 65_534
export const API_ADDRESS = '10.96.0.1'
const PORTS = { from: 30_000, count: 2_768 }

/** Gives a service its cluster IP and node ports, or refuses those it asks for. */
export function admitService(service: JsonObject, all: Objects, write: Write): void {
  const [metadata, spec] = [service.metadata as JsonObject, service.spec as JsonObject]
  const causes: Cause[] = []
  if (spec.type !== 'ExternalName') allocateAddress(all, metadata, spec, write, causes)
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') allocatePorts(all, spec, causes)
  if (causes.length > 0) throw invalid(SERVICES, text(metadata.name), causes)
}

function allocateAddress(all: Objects, metadata: JsonObject, spec: JsonObject, write: Write, causes: Cause[]): void {
  const asked = text(spec.clusterIP) || text(list(spec.clusterIPs)[0])
  if (asked === 'None') {
    const selects = spec.selector !== undefined
    // A headless service without a selector may have addresses of both families.
    Object.assign(spec, { clusterIP: 'None', clusterIPs: ['None'] })
    spec.ipFamilies ??= selects ? ['IPv4'] : ['IPv4', 'IPv6']
    spec.ipFamilyPolicy ??= selects ? 'SingleStack' : 'RequireDualStack'
    return
  }
  const kind = all.kind('networking.k8s.io', 'v1', 'ipaddresses')
  const taken = (address: string) => all.find(kind, '', address) !== undefined
  const refuse = (why: string) =>
    causes.push(invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${why}`))
  if (asked !== '' && !asked.startsWith(RANGE)) {
    refuse('the provided network does not match the current range')
    return
  }
  if (asked !== '' && taken(asked)) {
    refuse('provided IP is already allocated')
    return
  }
  const address = asked || freeAddress(all, taken)
  Object.assign(spec, { clusterIP: address, clusterIPs: [address] })
  spec.ipFamilies ??= ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
  if (write.dryRun) return
  const labels = {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  }
  const parentRef = { resource: 'services', namespace: text(metadata.namespace), name: text(metadata.name) }
  all.make(kind, 'kube-apiserver', { name: address, labels }, { spec: { parentRef } })
}

function freeAddress(all: Objects, taken: (address: string) => boolean): string {
  const first = all.around.random(HOSTS)
  for (let i = 0; i < HOSTS; i++) {
    const host = ((first + i) % HOSTS) + 1
    const address = `${RANGE}${host >> 8}.${host & 255}`
    if (!taken(address)) return address
  }
  throw new Error('no cluster IP is free')
}

function allocatePorts(all: Objects, spec: JsonObject, causes: Cause[]): void {
  const services = all.all(all.kind('', 'v1', 'services'))
  const taken = new Set(
    services.flatMap(({ object }) => objects((object.spec as JsonObject).ports).map(p => p.nodePort)),
  )
  for (const [i, port] of objects(spec.ports).entries()) {
    const asked = Number(port.nodePort ?? 0)
    const field = `spec.ports[${i}].nodePort`
    if (asked === 0) {
      let free = PORTS.from + all.around.random(PORTS.count)
      while (taken.has(free)) free = PORTS.from + ((free + 1 - PORTS.from) % PORTS.count)
      port.nodePort = free
    } else if (asked < PORTS.from || asked >= PORTS.from + PORTS.count)
      causes.push(
        invalidValue(field, asked, 'provided port is not in the valid range. The range of valid ports is 30000-32767'),
      )
    else if (taken.has(asked)) causes.push(invalidValue(field, asked, 'provided port is already allocated'))
    taken.add(port.nodePort)
  }
}

/** A service that keeps its type keeps its addresses and ports, unless it states others. */
export function keepAllocations(old: JsonObject, service: JsonObject): void {
  const [before, spec] = [old.spec as JsonObject, service.spec as JsonObject]
  if (before.type === 'ExternalName' || spec.type === 'ExternalName') return
  if (text(spec.clusterIP) === '' && list(spec.clusterIPs).length === 0)
    Object.assign(spec, { clusterIP: before.clusterIP, clusterIPs: before.clusterIPs })
  // clusterIPs follows clusterIP where only that was changed.
  else if (spec.clusterIP !== before.clusterIP && equal(spec.clusterIPs, before.clusterIPs))
    spec.clusterIPs = [spec.clusterIP ?? '']
  for (const field of ['ipFamilies', 'ipFamilyPolicy', 'healthCheckNodePort']) spec[field] ??= before[field]
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') return
  for (const port of objects(spec.ports)) {
    const same = objects(before.ports).find(
      ({ port: number, protocol }) => number === port.port && protocol === port.protocol,
    )
    port.nodePort ??= same?.nodePort
  }
}

/** Frees the address of a service that is gone. */
export function releaseAddress(all: Objects, service: JsonObject): void {
  const kind = all.kind('networking.k8s.io', 'v1', 'ipaddresses')
  const address = all.find(kind, '', text((service.spec as JsonObject | undefined)?.clusterIP))
  if (address !== undefined) all.remove(address)
}
