import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../lib/restore/types.ts'
import { act, object } from './items.ts'

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const ports = [
  { name: 'http', port: 80, nodePort: 30080 },
  { port: 443, nodePort: 30443, protocol: 'TCP' },
]

function restored(spec: JsonObject, metadata: JsonObject = {}, changes = {}) {
  return act('services', object({ metadata, spec: { type: 'NodePort', ...spec } }), changes).object.spec as JsonObject
}
const nodePorts = (spec: JsonObject) => (spec.ports as JsonObject[]).map(({ nodePort }) => nodePort)
const applied = (spec: unknown) => ({ annotations: { [APPLIED]: JSON.stringify({ spec }) } })
const owned = (fields: unknown) => ({ managedFields: [{ manager: 'm' }, { fieldsV1: { 'f:spec': fields } }] })

describe('a service', () => {
  test('gets new addresses; a headless one stays so', () => {
    expect(restored({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] })).toEqual({ type: 'NodePort' })
    const headless = { clusterIP: 'None', clusterIPs: ['None'] }
    expect(restored(headless)).toEqual({ type: 'NodePort', ...headless })
  })

  test('gets new node ports where nobody chose them', () => {
    expect(nodePorts(restored({ ports }))).toEqual([undefined, undefined])
  })

  test.each([
    [{ ports: [{ name: 'http', nodePort: 30080 }] }, [30080, undefined]],
    // A port with a name is known by it, whatever number it has now.
    [{ ports: [{ name: 'http', nodePort: '31000' }] }, [30080, undefined]],
    [{ ports: [{ nodePort: 30443 }] }, [undefined, 30443]],
    [{ ports: [{ nodePort: 30080 }] }, [undefined, undefined]],
    [{ ports: [{ name: 'http', nodePort: 0 }, { port: 443 }] }, [undefined, undefined]],
    [{}, [undefined, undefined]],
  ])('keeps those that kubectl applied: %j', (spec, kept) => {
    // What kubectl applied tells; owners of fields are not asked then.
    const owners = owned({ 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:nodePort': {} } } })
    expect(nodePorts(restored({ ports }, { ...applied(spec), ...owners }))).toEqual(kept)
  })

  test.each([
    [{ 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:nodePort': {} } } }, [30080, undefined]],
    [{ 'f:ports': { 'k:{"port":443,"protocol":"TCP"}': { 'f:nodePort': {} } } }, [undefined, 30443]],
    [{ 'f:ports': { 'k:{"port":443,"protocol":"UDP"}': { 'f:nodePort': {} } } }, [undefined, undefined]],
    [{ 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:port': {} } } }, [undefined, undefined]],
  ])('keeps those that somebody owns: %j', (fields, kept) => {
    expect(nodePorts(restored({ ports }, owned(fields)))).toEqual(kept)
    const broken = { ...owned(fields), annotations: { [APPLIED]: '{broken' } }
    expect(nodePorts(restored({ ports }, broken))).toEqual(kept)
  })

  test('keeps all of them where that is asked for, and as an ExternalName', () => {
    expect(nodePorts(restored({ ports }, {}, { spec: { preserveNodePorts: true } }))).toEqual([30080, 30443])
    expect(nodePorts(restored({ ports, type: 'ExternalName' }))).toEqual([30080, 30443])
  })

  test.each<[JsonObject, number | undefined]>([
    [{}, undefined],
    [applied({ healthCheckNodePort: 31000 }), 31000],
    [applied({ healthCheckNodePort: 0 }), undefined],
    [owned({ 'f:healthCheckNodePort': {} }), 31000],
    [{ ...applied({}), ...owned({ 'f:healthCheckNodePort': {} }) }, 31000],
  ])('keeps the port of its health check where somebody chose it: %j', (metadata, kept) => {
    const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }
    expect(restored(spec, metadata).healthCheckNodePort).toBe(kept)
  })
})
