import { describe, expect, it, test } from 'vitest'
import { parseLossless, stringifyLossless } from '../../../../lib/velero/lossless.ts'
import { type Json, named, patched, spec } from './strategic.ts'

describe('lists with a merge key', () => {
  it('merge by it, and new items come first', () => {
    const containers = [
      { name: 'web', image: 'a', env: [{ name: 'X', value: '1' }], args: ['-v'] },
      { name: 'log', image: 'b' },
    ]
    const patch = [
      { name: 'log', image: 'c' },
      { name: 'web', env: [{ name: 'Y', value: '2' }], args: ['-q'] },
      { name: 'new', image: 'd' },
    ]
    expect(spec({ containers }, { containers: patch })).toEqual({
      containers: [
        { name: 'log', image: 'c' },
        {
          name: 'web',
          image: 'a',
          env: [
            { name: 'Y', value: '2' },
            { name: 'X', value: '1' },
          ],
          args: ['-q'],
        },
        { name: 'new', image: 'd' },
      ],
    })
  })

  it('keep items that the patch leaves alone where they stood', () => {
    expect(spec({ volumes: named('a', 'b', 'c') }, { volumes: named('c', 'a') })).toEqual({
      volumes: named('b', 'c', 'a'),
    })
    expect(spec({ volumes: named('a', 'b', 'c') }, { volumes: named('b', 'x') })).toEqual({
      volumes: named('a', 'b', 'x', 'c'),
    })
  })

  it('lose the items that $patch deletes', () => {
    const patch = {
      volumes: [
        { name: 'b', $patch: 'delete' },
        { name: 'x', $patch: 'delete' },
      ],
    }
    expect(spec({ volumes: named('a', 'b', 'c', 'b') }, patch)).toEqual({ volumes: named('a', 'c') })
  })

  it('are replaced if an item says so', () => {
    expect(spec({ volumes: named('a', 'b') }, { volumes: [{ $patch: 'replace' }, { name: 'c' }] })).toEqual({
      volumes: named('c'),
    })
    expect(spec({ volumes: named('a') }, { volumes: [{ $patch: 'replace' }] })).toEqual({ volumes: [] })
  })

  it('merge the first of several with the same key, and keep them together', () => {
    const udp = { port: 53, protocol: 'UDP' }
    const ports = [{ port: 53, protocol: 'TCP' }, udp, { port: 80 }]
    expect(spec({ ports }, { ports: [{ port: 53, nodePort: 30053 }] }, 'v1 Service')).toEqual({
      ports: [{ port: 53, protocol: 'TCP', nodePort: 30053 }, udp, { port: 80 }],
    })
  })

  it('tell large numbers apart to the digit', () => {
    const json = (text: string) => parseLossless(Buffer.from(text)) as Json
    const outcome = patched(
      json('{"spec":{"ports":[{"port":9007199254740992},{"port":9007199254740993}]}}'),
      json('{"spec":{"ports":[{"port":9007199254740993,"a":1.0}]}}'),
      'v1 Service',
    )
    expect(stringifyLossless(outcome).toString()).toBe(
      '{"spec":{"ports":[{"port":9007199254740992},{"port":9007199254740993,"a":1.0}]}}',
    )
  })

  test.each([
    ['v1 Pod', ['spec', 'containers'], 'name'],
    ['v1 Pod', ['spec', 'initContainers'], 'name'],
    ['v1 Pod', ['spec', 'ephemeralContainers'], 'name'],
    ['v1 Pod', ['spec', 'imagePullSecrets'], 'name'],
    ['v1 Pod', ['spec', 'hostAliases'], 'ip'],
    ['v1 Pod', ['spec', 'topologySpreadConstraints'], 'topologyKey'],
    ['v1 Pod', ['spec', 'resourceClaims'], 'name'],
    ['v1 Pod', ['metadata', 'ownerReferences'], 'uid'],
    ['v1 Pod', ['status', 'conditions'], 'type'],
    ['v1 Pod', ['status', 'podIPs'], 'ip'],
    ['v1 Service', ['spec', 'ports'], 'port'],
    ['v1 ServiceAccount', ['secrets'], 'name'],
    ['v1 Node', ['status', 'addresses'], 'type'],
    ['v1 PersistentVolumeClaim', ['status', 'conditions'], 'type'],
    ['v1 ConfigMap', ['metadata', 'ownerReferences'], 'uid'],
    ['apps/v1 Deployment', ['spec', 'template', 'spec', 'volumes'], 'name'],
    ['apps/v1 StatefulSet', ['spec', 'template', 'spec', 'containers'], 'name'],
    ['apps/v1 DaemonSet', ['spec', 'template', 'metadata', 'ownerReferences'], 'uid'],
    ['apps/v1 ReplicaSet', ['status', 'conditions'], 'type'],
    ['batch/v1 Job', ['spec', 'template', 'spec', 'containers'], 'name'],
    ['batch/v1 CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers'], 'name'],
    ['velero.io/v1 Backup', ['metadata', 'ownerReferences'], 'uid'],
  ])('%s %j: %s', (kind, path, key) => {
    const within = (list: Json[]) => path.reduceRight<unknown>((value, name) => ({ [name]: value }), list) as Json
    const target = within([{ [key]: 'a', kept: 1 }, { [key]: 'b' }])
    expect(patched(target, within([{ [key]: 'a', set: 2 }]), kind)).toEqual(
      within([{ [key]: 'a', kept: 1, set: 2 }, { [key]: 'b' }]),
    )
  })

  test.each([
    ['ports', 'containerPort'],
    ['env', 'name'],
    ['volumeMounts', 'mountPath'],
    ['volumeDevices', 'devicePath'],
  ])('of a container: %s by %s', (list, key) => {
    const containers = (items: Json[]) => ({ containers: [{ name: 'web', [list]: items }] })
    expect(spec(containers([{ [key]: 1 }, { [key]: 2 }]), containers([{ [key]: 2, a: 'x' }]))).toEqual(
      containers([{ [key]: 1 }, { [key]: 2, a: 'x' }]),
    )
  })
})

describe('other lists', () => {
  test.each([
    ['v1 Pod', 'tolerations'],
    ['v1 Node', 'taints'],
    ['v1 Service', 'externalIPs'],
    ['apps/v1 StatefulSet', 'volumeClaimTemplates'],
  ])('of a %s, %s are replaced', (kind, list) => {
    expect(spec({ [list]: named('a', 'b') }, { [list]: named('c') }, kind)).toEqual({ [list]: named('c') })
  })

  it('a service account gets other imagePullSecrets, a pod more', () => {
    const [target, patch] = [{ imagePullSecrets: named('a') }, { imagePullSecrets: named('b') }]
    expect(patched(target, patch, 'v1 ServiceAccount')).toEqual({ imagePullSecrets: named('b') })
    expect(spec(target, patch)).toEqual({ imagePullSecrets: named('b', 'a') })
  })

  it('finalizers are a set', () => {
    const metadata = (finalizers: string[]) => ({ metadata: { finalizers } })
    expect(patched(metadata(['a', 'b']), metadata(['c', 'a']))).toEqual(metadata(['c', 'a', 'b']))
  })

  it('$deleteFromPrimitiveList takes items from a list', () => {
    const target = { metadata: { finalizers: ['a', 'b', 'c'] } }
    expect(patched(target, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a', 'c', 'x'] } })).toEqual({
      metadata: { finalizers: ['b'] },
    })
    expect(patched({}, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toEqual({ metadata: {} })
  })
})

describe('$setElementOrder', () => {
  it('orders a list that is patched', () => {
    const patch = { '$setElementOrder/volumes': named('c', 'x', 'a'), volumes: [{ name: 'x', emptyDir: {} }] }
    expect(spec({ volumes: named('a', 'b', 'c') }, patch)).toEqual({
      volumes: [{ name: 'b' }, { name: 'c' }, { name: 'x', emptyDir: {} }, { name: 'a' }],
    })
  })

  it('orders a list that is not', () => {
    expect(spec({ volumes: named('a', 'b', 'c') }, { '$setElementOrder/volumes': named('c', 'b', 'a') })).toEqual({
      volumes: named('c', 'b', 'a'),
    })
  })

  it('orders a set', () => {
    const patch = { finalizers: ['x'], '$setElementOrder/finalizers': ['b', 'x', 'a'] }
    expect(patched({ metadata: { finalizers: ['a', 'b'] } }, { metadata: patch })).toEqual({
      metadata: { finalizers: ['b', 'x', 'a'] },
    })
  })

  it('of a list that is nowhere does nothing', () => {
    expect(spec({}, { '$setElementOrder/volumes': named('a') })).toEqual({})
  })
})
