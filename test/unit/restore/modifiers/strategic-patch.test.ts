import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { PatchError } from '../../../../lib/restore/modifiers/errors.ts'
import { parseLossless } from '../../../../lib/velero/lossless.ts'
import { type Json, named, patched, spec } from './strategic.ts'

describe('objects', () => {
  it('merge, and null removes', () => {
    const target = { metadata: { labels: { a: '1', b: '2' } } }
    expect(patched(target, { metadata: { labels: { a: null, c: '3', d: null } } })).toEqual({
      metadata: { labels: { b: '2', c: '3' } },
    })
  })

  it('are replaced or emptied by $patch', () => {
    const target = { securityContext: { runAsUser: 1, fsGroup: 2 } }
    expect(spec(target, { securityContext: { $patch: 'replace', runAsUser: 3 } })).toEqual({
      securityContext: { runAsUser: 3 },
    })
    expect(spec(target, { securityContext: { $patch: 'delete' } })).toEqual({ securityContext: {} })
  })

  it('with $patch come to nothing where there is nothing to replace', () => {
    expect(spec({}, { securityContext: { $patch: 'delete' } })).toEqual({})
    expect(spec({}, { securityContext: { $patch: 'replace', runAsUser: 3 } })).toEqual({})
  })

  it('lose the fields that $retainKeys does not name', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } }
    expect(spec({ strategy }, patch, 'apps/v1 Deployment')).toEqual({ strategy: { type: 'Recreate' } })
    const volumes = [{ name: 'data', nfs: { server: 'x' } }]
    const claim = { name: 'data', persistentVolumeClaim: { claimName: 'y' } }
    expect(spec({ volumes }, { volumes: [{ $retainKeys: ['name', 'persistentVolumeClaim'], ...claim }] })).toEqual({
      volumes: [claim],
    })
  })

  it('hold no directive, wherever they are new', () => {
    const patch = {
      containers: [
        { name: 'a', env: [{ name: 'X', $patch: 'delete' }], '$setElementOrder/env': named('X'), image: null },
      ],
      affinity: { $retainKeys: ['nodeAffinity'], nodeAffinity: {} },
    }
    expect(spec({}, patch)).toEqual({ containers: [{ name: 'a', env: [] }], affinity: { nodeAffinity: {} } })
  })

  it('take __proto__ as a name like any other', () => {
    const patch = parseLossless(Buffer.from('{"data":{"__proto__":{"polluted":1}}}')) as Json
    for (const data of [{}, { a: 'x' }]) {
      expect(JSON.stringify(patched({ data }, patch, 'v1 ConfigMap'))).toContain('"__proto__":{"polluted":1}')
    }
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('a patch that can not be', () => {
  test.each<[string, Json, string]>([
    [
      'an item without its key',
      { containers: [{ image: 'x' }] },
      'map: [image] does not contain declared merge key: name',
    ],
    ['an item that is no object', { containers: ['x'] }, 'list element types are not identical'],
    [
      'an unknown $patch',
      { securityContext: { $patch: 'merge', a: 1 } },
      'unknown patch type: merge in map: [$patch a]',
    ],
    [
      'an unknown $patch of an item',
      { containers: [{ name: 'a', $patch: 'x' }] },
      'unknown patch type: x in map: [name $patch]',
    ],
    [
      'a list to merge',
      { containers: [{ name: 'a', $patch: 'merge' }] },
      'merging lists cannot yet be specified in the patch',
    ],
    [
      '$retainKeys without what is set',
      { securityContext: { $retainKeys: ['a'], b: 1 } },
      'invalid patch format of retainKeys',
    ],
    ['$retainKeys that are no list', { securityContext: { $retainKeys: 'a' } }, 'invalid patch format of retainKeys'],
    ['an order for no field', { $setElementOrder: [] }, 'invalid patch format of setElementOrder list'],
    [
      'an order that is no list',
      { '$setElementOrder/containers': 'a' },
      'invalid patch format of setElementOrder list',
    ],
    ['a deletion for no field', { '$deleteFromPrimitiveList/': [] }, 'invalid patch format of primitive list'],
    [
      'an order against the patch',
      { '$setElementOrder/containers': named('b', 'a'), containers: named('a', 'b') },
      "The order in patch list doesn't match $setElementOrder list",
    ],
  ])('%s is refused', (_, patch, message) => {
    const attempt = () => spec({ containers: named('a'), securityContext: {} }, patch)
    expect(attempt).toThrow(PatchError)
    expect(attempt).toThrow(message)
  })

  it('shows nothing of the values in it', () => {
    expect(() => spec({ containers: [] }, { containers: [{ image: 'secret' }] })).toThrow(/^((?!secret).)*$/)
  })
})

describe('any patch', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd')
  const items = fc.uniqueArray(fc.record({ name, image: name }, { requiredKeys: ['name'] }), {
    selector: item => item.name,
  })
  const pods = fc.record({ spec: fc.record({ containers: items, nodeSelector: fc.dictionary(name, name) }) })

  it('twice is as once', () => {
    fc.assert(
      fc.property(pods, pods, (target, patch) => {
        const once = patched(target, patch)
        expect(patched(once, patch)).toEqual(once)
      }),
    )
  })

  it('leaves target and patch as they were', () => {
    fc.assert(
      fc.property(pods, pods, (target, patch) => {
        const before = JSON.stringify([target, patch])
        patched(target, patch)
        expect(JSON.stringify([target, patch])).toBe(before)
      }),
    )
  })

  it('keeps its own order among its items, and theirs among the others', () => {
    fc.assert(
      fc.property(pods, pods, (target, patch) => {
        const outcome = (patched(target, patch) as typeof target).spec.containers.map(item => item.name)
        const wanted = patch.spec.containers.map(item => item.name)
        const others = target.spec.containers.map(item => item.name).filter(item => !wanted.includes(item))
        expect(outcome.filter(item => wanted.includes(item))).toEqual(wanted)
        expect(outcome.filter(item => !wanted.includes(item))).toEqual(others)
      }),
    )
  })
})
