import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../lib/restore/types.ts'
import { parseLossless, stringifyLossless } from '../../../../lib/velero/lossless.ts'
import { act, object } from './items.ts'

const spec = (stored: JsonObject, changes = {}) => act('pods', object({ spec: stored }), changes).object.spec

describe('a pod', () => {
  test('loses its node, its priority and its ephemeral containers, and nothing else', () => {
    const kept = { containers: [{ name: 'a', x: { unknown: [] } }], priorityClassName: 'high', hostNetwork: true }
    const stored = { ...kept, nodeName: 'n', priority: 5, ephemeralContainers: [{ name: 'debugger' }] }
    expect(spec(stored)).toEqual(kept)
  })

  test('loses token volumes of its account with their mounts; those of today and of others stay', () => {
    const volumes = [{ name: 'web-token-x1' }, { name: 'kube-api-access-1' }, { name: 'other-token-x' }]
    const container = (name: string) => ({
      name,
      volumeMounts: volumes.map(volume => ({ ...volume, mountPath: '/m' })),
    })
    const result = spec({
      serviceAccountName: 'web',
      volumes,
      containers: [container('a')],
      initContainers: [container('i')],
    })
    const left = ['kube-api-access-1', 'other-token-x']
    const names = (list: unknown) => (list as { name: string }[]).map(({ name }) => name)
    expect(names((result as JsonObject).volumes)).toEqual(left)
    for (const field of ['containers', 'initContainers']) {
      const [first] = (result as JsonObject)[field] as JsonObject[]
      expect(names(first?.volumeMounts)).toEqual(left)
    }
  })

  test('does not wait for contents of volumes that nobody will bring', () => {
    const initContainers = [{ name: 'restore-wait' }, { name: 'init' }, { name: 'restic-wait' }]
    expect(spec({ initContainers })).toEqual({ initContainers: [{ name: 'init' }] })
  })

  test.each([
    { spec: 'text' },
    { spec: null },
    { spec: { containers: 'x', volumes: {}, initContainers: 7 } },
    {},
  ])('of any shape does no harm: %j', fields => {
    expect(() => act('pods', object(fields))).not.toThrow()
  })

  test('keeps every number to the digit', () => {
    const text = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"n":12345678901234567890,"f":1.0}}'
    const { object: result } = act('pods', parseLossless(Buffer.from(text)) as ReturnType<typeof object>)
    expect(stringifyLossless(result).toString()).toBe(text)
  })
})

describe('images', () => {
  const images = [
    { from: 'docker.io/a', to: 'mirror/$&' },
    { from: 'docker.io', to: 'other' },
    { from: '', to: 'never' },
  ]
  const template = {
    spec: { containers: [{ image: 'docker.io/b:1' }], initContainers: [{ image: 'docker.io/a:docker.io/a' }] },
  }
  const changed = { spec: { containers: [{ image: 'other/b:1' }], initContainers: [{ image: 'mirror/$&:mirror/$&' }] } }

  test.each<readonly [string, JsonObject, JsonObject]>([
    ['pods', template, changed],
    [
      'cronjobs.batch',
      { spec: { jobTemplate: { spec: { template } } } },
      { spec: { jobTemplate: { spec: { template: changed } } } },
    ],
    ...[
      'replicationcontrollers',
      'deployments.apps',
      'deployments.extensions',
      'statefulsets.apps',
      'daemonsets.apps',
      'replicasets.apps',
      'jobs.batch',
    ].map(kind => [kind, { spec: { template } }, { spec: { template: changed } }] as const),
  ])('of %s are changed by the first rule that fits, at every place', (resource, stored, wanted) => {
    expect(act(resource, object(stored), { images }).object).toEqual(object(wanted))
  })

  test('of other kinds stay', () => {
    const stored = object({ spec: { template } })
    expect(act('podtemplates', stored, { images }).object).toEqual(stored)
  })
})
