import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../lib/restore/types.ts'
import type { RestoreResourceHookSpec } from '../../../../lib/velero/types-restore.ts'
import { act, object } from './items.ts'

const containers = [{ name: 'app', image: 'a' }]
const pod = (annotations: Record<string, string> = {}, spec: JsonObject = { containers }, labels = { app: 'web' }) =>
  object({ metadata: { annotations, labels }, spec })
const hooks = (...resources: RestoreResourceHookSpec[]) => ({ spec: { hooks: { resources } } })
const initOf = (result: ReturnType<typeof act>) => (result.object.spec as JsonObject).initContainers

describe('an init hook', () => {
  const IMAGE = 'init.hook.restore.velero.io/container-image'
  const NAME = 'init.hook.restore.velero.io/container-name'
  const COMMAND = 'init.hook.restore.velero.io/command'

  test.each([
    [
      { [IMAGE]: 'i', [NAME]: 'n', [COMMAND]: '["sh","-c","x"]' },
      { name: 'n', image: 'i', command: ['sh', '-c', 'x'] },
    ],
    [
      { [IMAGE]: 'i', [COMMAND]: 'run me' },
      { name: 'velero-restore-init-0123abcd', image: 'i', command: ['run me'] },
    ],
    [
      { [IMAGE]: 'i', [NAME]: 'n', [COMMAND]: '[broken' },
      { name: 'n', image: 'i', command: ['[broken'] },
    ],
    [
      { [IMAGE]: 'i', [NAME]: 'n', [COMMAND]: '' },
      { name: 'n', image: 'i' },
    ],
    [
      { [IMAGE]: 'i', [NAME]: 'n' },
      { name: 'n', image: 'i' },
    ],
  ])('by annotations %j comes first', (annotations, container) => {
    const result = act('pods', pod(annotations, { containers, initContainers: [{ name: 'own' }] }))
    expect(initOf(result)).toEqual([container, { name: 'own' }])
  })

  test('that an earlier restore left in the pod is replaced, so that the API takes the pod', () => {
    const initContainers = [{ name: 'velero-restore-init-99999999', image: 'i' }, { name: 'own' }]
    const unnamed = act('pods', pod({ [IMAGE]: 'i' }, { containers, initContainers }))
    expect(initOf(unnamed)).toEqual([{ name: 'velero-restore-init-0123abcd', image: 'i' }, { name: 'own' }])
    const named = act('pods', pod({ [IMAGE]: 'new', [NAME]: 'own' }, { containers, initContainers }))
    expect(initOf(named)).toEqual([{ name: 'own', image: 'new' }, initContainers[0]])
  })

  test('of the spec is for pods by target namespace and labels; an annotation of the pod goes before it', () => {
    const container = { name: 'n', image: 'i', command: ['x'], resources: { limits: {} } }
    const hook = { name: 'h', postHooks: [{ init: { initContainers: [container] } }] }
    const from = (changes: Partial<RestoreResourceHookSpec>, annotations = {}, spec = {}) =>
      initOf(act('pods', pod(annotations), { spec: { ...hooks({ ...hook, ...changes }).spec, ...spec } }))
    expect(from({})).toEqual([container])
    expect(from({ includedNamespaces: ['sh*'], includedResources: ['deployments'] })).toEqual([container])
    expect(from({ includedNamespaces: ['shop'] }, {}, { namespaceMapping: { shop: 'shop2' } })).toBeUndefined()
    expect(from({ includedNamespaces: ['shop2'] }, {}, { namespaceMapping: { shop: 'shop2' } })).toEqual([container])
    expect(from({ excludedNamespaces: ['shop'] })).toBeUndefined()
    expect(from({ labelSelector: { matchLabels: { app: 'web' } } })).toEqual([container])
    expect(from({ labelSelector: { matchLabels: { app: 'db' } } })).toBeUndefined()
    expect(from({}, { [IMAGE]: 'mine', [NAME]: 'mine' })).toEqual([{ name: 'mine', image: 'mine' }])
  })

  test('of the spec is copied into each pod: a change of one pod is none of another', () => {
    const container = { name: 'n', image: 'i', env: [] as unknown[] }
    const changes = hooks({ name: 'h', postHooks: [{ init: { initContainers: [container] } }] })
    const [first] = initOf(act('pods', pod(), changes)) as JsonObject[]
    ;(first?.env as unknown[]).push('x')
    expect(initOf(act('pods', pod(), changes))).toEqual([{ name: 'n', image: 'i', env: [] }])
  })
})

describe('an exec hook', () => {
  const COMMAND = 'post.hook.restore.velero.io/command'
  const CONTAINER = 'post.hook.restore.velero.io/container'
  const exec = { command: ['sh', '-c', "echo 'it is'"] }

  test('by annotation is a warning that names it and the command to run', () => {
    const { findings } = act('pods', pod({ [COMMAND]: '["/bin/x","a b"]', [CONTAINER]: 'side' }))
    expect(findings).toEqual([
      {
        level: 'warning',
        message:
          'hook <from-annotation> in container side in pod shop/web not executed: no commands are run in pods; ' +
          "when the pod is ready, run: kubectl exec -n shop web -c side -- /bin/x 'a b'",
      },
    ])
  })

  test('of the spec is a warning for each, in the first container where none is named, in the target namespace', () => {
    const resources = [{ name: 'h', postHooks: [{ exec }, { exec: { ...exec, container: 'side' } }] }]
    const { findings } = act('pods', pod(), { spec: { hooks: { resources }, namespaceMapping: { shop: 'shop2' } } })
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('hook h in container app in pod shop2/web not executed'),
      expect.stringContaining('hook h in container side in pod shop2/web not executed'),
    ])
    expect(findings[0]?.message).toContain(`kubectl exec -n shop2 web -c app -- sh -c 'echo '\\''it is'\\'''`)
  })

  test('of the spec does not count beside one of the pod, nor for other pods', () => {
    const changes = hooks({ name: 'h', labelSelector: { matchLabels: { app: 'web' } }, postHooks: [{ exec }] })
    const own = act('pods', pod({ [COMMAND]: 'x' }), changes).findings
    expect(own.map(({ message }) => message)).toEqual([expect.stringContaining('<from-annotation>')])
    expect(act('pods', pod({}, { containers }, { app: 'db' }), changes).findings).toEqual([])
    expect(act('pods', pod({ [COMMAND]: '' })).findings).toEqual([])
  })
})
