import { describe, expect, it, test } from 'vitest'
import { applyModifiers } from '../../../../lib/restore/modifiers/index.ts'
import type { KubeObject, RestoreItem } from '../../../../lib/restore/types.ts'
import { parseLossless, stringifyLossless } from '../../../../lib/velero/lossless.ts'
import { parseResourceModifiersText } from '../../../../lib/velero/resource-modifiers.ts'

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' }, annotations: { big: 'x' } },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: 'a' }] } } },
}

function item(object: object = DEPLOYMENT, { resource = 'deployments.apps', namespace = 'shop' } = {}): RestoreItem {
  const copy = () => structuredClone(object) as KubeObject
  return { resource, namespace, name: copy().metadata.name, object: copy(), stored: copy() }
}

/** Rules as people write them: `conditions` and `patches` in YAML flow style. */
const rules = (...written: string[]) =>
  parseResourceModifiersText(`version: v1\nresourceModifierRules:\n${written.map(rule => `- ${rule}\n`).join('')}`, 'x')

function apply(target: RestoreItem, ...written: string[]): string[] {
  return applyModifiers(rules(...written), target)
}

const SCALE = 'patches: [{operation: replace, path: /spec/replicas, value: "5"}]'
const scaled = (conditions: string, target = item()) => {
  expect(apply(target, `{conditions: {${conditions}}, ${SCALE}}`)).toEqual([])
  return (target.object.spec as { replicas: number }).replicas === 5
}

describe('a rule applies', () => {
  test.each([
    ['groupResource: deployments.apps', true],
    ['groupResource: "*.apps"', true],
    ['groupResource: "**"', true],
    ['groupResource: "*"', false],
    ['groupResource: deployments', false],
    ['groupResource: deployments.apps, resourceNameRegex: "eb-"', true],
    ['groupResource: deployments.apps, resourceNameRegex: "^eb-"', false],
    ['groupResource: deployments.apps, namespaces: [other, "sh*"]', true],
    ['groupResource: deployments.apps, namespaces: [other]', false],
    ['groupResource: deployments.apps, labelSelector: {matchLabels: {app: web}}', true],
    ['groupResource: deployments.apps, labelSelector: {matchLabels: {app: db}}', false],
    ['groupResource: deployments.apps, labelSelector: {}', true],
    ['groupResource: deployments.apps, matches: [{path: /spec/replicas, value: "1"}]', true],
    ['groupResource: deployments.apps, matches: [{path: /spec/replicas, value: "\\"1\\""}]', false],
    ['groupResource: deployments.apps, matches: [{path: /spec/paused, value: "true"}]', false],
    ['groupResource: deployments.apps, matches: [{path: /spec/paused, value: "null"}]', true],
    ['groupResource: deployments.apps, matches: [{path: /spec/x/y, value: "null"}]', false],
    ['groupResource: deployments.apps, matches: [{path: /spec/template/spec/containers/1, value: "x"}]', false],
    ['groupResource: deployments.apps, matches: [{path: /spec/template/spec/containers/x, value: "x"}]', false],
    [
      'groupResource: deployments.apps, matches: [{path: /spec/replicas, value: "1"}, {path: /metadata/name, value: x}]',
      false,
    ],
  ])('to %s: %s', (conditions, expected) => {
    expect(scaled(conditions)).toBe(expected)
  })

  it('by the namespace in the backup, not by that in the object', () => {
    const moved = item({ ...DEPLOYMENT, metadata: { ...DEPLOYMENT.metadata, namespace: 'target' } })
    expect(scaled('groupResource: deployments.apps, namespaces: [shop]', moved)).toBe(true)
  })

  it('to what is cluster-scoped, whatever its namespaces', () => {
    const target = item(
      { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: {} },
      { resource: 'persistentvolumes', namespace: '' },
    )
    expect(
      apply(
        target,
        '{conditions: {groupResource: persistentvolumes, namespaces: [shop]}, mergePatches: [{patchData: "{spec: {storageClassName: fast}}"}]}',
      ),
    ).toEqual([])
    expect(target.object.spec).toEqual({ storageClassName: 'fast' })
  })
})

describe('rules', () => {
  const image = (from: string, to: string) =>
    `{conditions: {groupResource: deployments.apps, matches: [{path: /spec/template/spec/containers/0/image, value: ${from}}]}, patches: [{operation: replace, path: /spec/template/spec/containers/0/image, value: ${to}}]}`

  it('are all tried on the object as it came, so one does not set off the next', () => {
    const target = item()
    expect(apply(target, image('a', 'b'), image('b', 'c'))).toEqual([])
    expect(target.object).toMatchObject({ spec: { template: { spec: { containers: [{ image: 'b' }] } } } })
  })

  it('add up, in their order', () => {
    const target = item()
    expect(apply(target, image('a', 'b'), image('a', 'c'), `{conditions: {groupResource: "**"}, ${SCALE}}`)).toEqual([])
    expect(target.object).toMatchObject({
      spec: { replicas: 5, template: { spec: { containers: [{ image: 'c' }] } } },
    })
  })

  it('of which one fails leave what the others did, and tell in the words of Velero', () => {
    const target = item()
    const failing =
      '{conditions: {groupResource: "**"}, patches: [{operation: replace, path: /spec/paused, value: "true"}, {operation: remove, path: /spec/replicas}]}'
    const partly =
      '{conditions: {groupResource: "**"}, patches: [{operation: remove, path: /metadata/annotations}, {operation: remove, path: /spec/x}]}'
    expect(apply(target, failing, `{conditions: {groupResource: "**"}, ${SCALE}}`, partly)).toEqual([
      'error in applying patch error in applying JSON Patch replace operation does not apply: doc is missing key: /spec/paused: missing value',
      "error in applying patch error in applying JSON Patch error in remove for path: '/spec/x': unable to remove nonexistent key: x: missing value",
    ])
    expect(target.object).toEqual({ ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, replicas: 5 } })
  })

  it('whose own test fails do nothing, which is no error', () => {
    const target = item()
    const rule =
      '{conditions: {groupResource: "**"}, patches: [{operation: replace, path: /spec/replicas, value: "9"}, {operation: test, path: /metadata/name, value: other}]}'
    expect(apply(target, rule)).toEqual([])
    expect(target.object).toEqual(DEPLOYMENT)
  })

  it('whose own test is of a place that does not exist fail', () => {
    const rule = '{conditions: {groupResource: "**"}, patches: [{operation: test, path: /x/y, value: other}]}'
    expect(apply(item(), rule)).toEqual([
      'error in applying patch error in applying JSON Patch test operation does not apply: is missing path: /x/y: missing value',
    ])
  })

  it('that hold for nothing leave the object itself in its place', () => {
    const target = item()
    const { object } = target
    expect(apply(target, `{conditions: {groupResource: pods}, ${SCALE}}`)).toEqual([])
    expect(target.object).toBe(object)
  })
})

describe('what is put in', () => {
  it('has the types that the texts look like', () => {
    const target = item()
    const add = (name: string, value: string) => `{operation: add, path: /spec/${name}, value: ${value}}`
    const values = [
      add('a', '"true"'),
      add('b', '"\\"true\\""'),
      add('c', '\'[1, "x"]\''),
      add('d', '"007"'),
      add('e', ''),
    ]
    expect(apply(target, `{conditions: {groupResource: "**"}, patches: [${values}]}`)).toEqual([])
    expect(target.object.spec).toMatchObject({ a: true, b: 'true', c: [1, 'x'], d: '007', e: '' })
  })

  it('and what is not touched keep every digit', () => {
    const target = item()
    const text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"n":9007199254740993}'
    target.object = parseLossless(Buffer.from(text)) as KubeObject
    const written = [
      'patches: [{operation: add, path: /a, value: "12345678901234567890"}]',
      'mergePatches: [{patchData: "b: 12345678901234567891"}]',
      'strategicPatches: [{patchData: "c: 12345678901234567892"}]',
    ]
    expect(apply(target, ...written.map(patch => `{conditions: {groupResource: "**"}, ${patch}}`))).toEqual([])
    expect(stringifyLossless(target.object).toString()).toBe(
      text.replace(/}$/, ',"a":12345678901234567890,"b":12345678901234567891,"c":12345678901234567892}'),
    )
  })

  it('is not shared by the objects that it is put in, nor by two places in one', () => {
    const modifiers = rules(
      '{conditions: {groupResource: "**"}, mergePatches: [{patchData: "{spec: {selector: {matchLabels: {app: web}}}}"}]}',
      '{conditions: {groupResource: "**"}, patches: [{operation: copy, from: /metadata/labels, path: /spec/labels}]}',
    )
    const [first, second] = [item(), item()]
    applyModifiers(modifiers, first)
    const { selector } = first.object.spec as { selector: { matchLabels: Record<string, string> } }
    selector.matchLabels.changed = 'x'
    Object.assign(first.object.metadata.labels ?? {}, { changed: 'y' })
    applyModifiers(modifiers, second)
    expect(first.object.spec).toMatchObject({ labels: { app: 'web' } })
    expect(first.object.spec).not.toHaveProperty('labels.changed')
    expect(second.object.spec).toMatchObject({ selector: { matchLabels: { app: 'web' } } })
    expect(second.object.spec).not.toHaveProperty('selector.matchLabels.changed')
  })

  it('leaves the object as it was backed up alone', () => {
    const target = item()
    target.object = target.stored
    apply(target, '{conditions: {groupResource: "**"}, mergePatches: [{patchData: "{metadata: {labels: {a: b}}}"}]}')
    expect(target.object.metadata.labels).toEqual({ app: 'web', a: 'b' })
    expect(target.stored).toEqual(DEPLOYMENT)
  })
})

describe('strategic merge patches', () => {
  const rule = (patch: string) => `{conditions: {groupResource: "**"}, strategicPatches: [{patchData: '${patch}'}]}`

  it('merge by the types of Kubernetes, one after the other', () => {
    const target = item()
    const patches = ['{image: b, name: web}', '{name: log, image: c}'].map(
      container => `{patchData: "{spec: {template: {spec: {containers: [${container}]}}}}"}`,
    )
    expect(apply(target, `{conditions: {groupResource: "**"}, strategicPatches: [${patches}]}`)).toEqual([])
    expect(target.object).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'log', image: 'c' },
              { name: 'web', image: 'b' },
            ],
          },
        },
      },
    })
  })

  it('are not for kinds whose types Velero does not have', () => {
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'x' } }
    expect(apply(item(object, { resource: 'ingresses.networking.k8s.io' }), rule('{spec: {}}'))).toEqual([
      'error in applying patch no kind "Ingress" is registered for version "networking.k8s.io/v1": strategicPatches are for kinds of v1, apps/v1 and batch/v1, use mergePatches or patches',
    ])
  })

  it('fail as a whole', () => {
    const target = item()
    expect(apply(target, rule('{spec: {replicas: 7, template: {spec: {containers: [{image: x}]}}}}'))).toEqual([
      'error in applying patch error in applying Strategic Patch map: [image] does not contain declared merge key: name',
    ])
    expect(target.object).toEqual(DEPLOYMENT)
  })
})

describe('a rule that leaves no usable object', () => {
  test.each([
    ['{kind: null}', 'kind is missing'],
    ['{apiVersion: ""}', 'apiVersion is missing'],
    ['{metadata: null}', 'metadata is missing'],
    ['{metadata: {name: null}}', 'metadata.name is missing'],
    ['{metadata: {labels: {tier: 1}}}', 'metadata.labels is of the wrong type'],
    ['{metadata: {annotations: [a]}}', 'metadata.annotations is of the wrong type'],
    ['{metadata: {finalizers: x}}', 'metadata.finalizers is of the wrong type'],
  ])('by %s changes nothing', (patch, problem) => {
    const target = item()
    expect(apply(target, `{conditions: {groupResource: "**"}, mergePatches: [{patchData: '${patch}'}]}`)).toEqual([
      `error in applying patch error in unmarshalling modified object: ${problem}`,
    ])
    expect(target.object).toEqual(DEPLOYMENT)
  })

  it('may say null for what an object need not have', () => {
    const target = item()
    const rule =
      '{conditions: {groupResource: "**"}, patches: [{operation: replace, path: /metadata/labels, value: "null"}]}'
    expect(apply(target, rule)).toEqual([])
    expect(target.object.metadata).not.toHaveProperty('labels')
  })
})
