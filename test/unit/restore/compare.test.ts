import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences } from '../../../lib/restore/compare.ts'
import { sameJson } from '../../../lib/restore/json-equality.ts'
import type { KubeObject } from '../../../lib/restore/types.ts'
import { parseLossless } from '../../../lib/velero/lossless.ts'

const parse = (text: string) => parseLossless(Buffer.from(text))
const spec = (text: string) =>
  ({ apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, spec: parse(text) }) as KubeObject
const compare = (desired: string, live: string) => differences(spec(desired), spec(live))

describe('two objects', () => {
  test('differ at paths that a person can follow, in one order whatever the order of keys', () => {
    const a = '{"b":{"containers":[{"image":"x:1","name":"n"}]},"a":1,"data":{"nginx.conf":"x"}}'
    const b = '{"data":{"nginx.conf":"y"},"a":2,"b":{"containers":[{"name":"n","image":"x:2"}]}}'
    expect(compare(a, b)).toEqual(['spec.a', 'spec.b.containers[0].image', 'spec.data.nginx.conf'])
    expect(compare(b, a)).toEqual(compare(a, b))
  })

  test.each([
    ['{"a":[]}', '{}'],
    ['{"a":[]}', '{"a":null}'],
    ['{"a":{"b":[],"c":null}}', '{"a":{}}'],
    ['{"a":1.0}', '{"a":1}'],
    ['{"a":1e2}', '{"a":100}'],
    ['{"a":-0}', '{"a":0.00}'],
    ['{"a":0.10e1}', '{"a":1}'],
    ['{"a":12345678901234567}', '{"a":12345678901234567.0}'],
  ])('%s and %s are the same', (a, b) => {
    expect(compare(a, b)).toEqual([])
    expect(compare(b, a)).toEqual([])
  })

  test.each([
    ['{"a":12345678901234567}', '{"a":12345678901234568}'],
    ['{"a":"1"}', '{"a":1}'],
    ['{"a":0}', '{}'],
    ['{"a":false}', '{}'],
    ['{"a":""}', '{}'],
    // An empty selector fits all, none fits nothing.
    ['{"a":{}}', '{}'],
    ['{"a":{}}', '{"a":[]}'],
    ['{"a":{"b":1}}', '{"a":[1]}'],
    ['{"a":{"b":1}}', '{"a":"b"}'],
    ['{"a":-1.5}', '{"a":1.5}'],
  ])('%s and %s differ at spec.a', (a, b) => {
    expect(compare(a, b)).toEqual(['spec.a'])
    expect(compare(b, a)).toEqual(['spec.a'])
  })

  test('differ as a whole where all of a part is missing, and item by item in lists', () => {
    expect(compare('{"s":{"a":1,"b":2},"l":[{"x":1},{"x":2}]}', '{"l":[{"x":1}]}')).toEqual(['spec.l[1]', 'spec.s'])
  })

  test('that differ everywhere are told by ten paths', () => {
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])))
    expect(compare(many, '{"z":1}')).toHaveLength(10)
  })

  test('do not differ by status, owners of fields and the labels of restores', () => {
    const live = { ...spec('{}'), status: { x: 1 } }
    live.metadata = {
      name: 'a',
      managedFields: [{ manager: 'm' }],
      labels: { 'velero.io/backup-name': 'b', 'velero.io/restore-name': 'r' },
    }
    expect(differences(spec('{}'), live)).toEqual([])
    live.metadata.labels = { ...live.metadata.labels, app: 'web' }
    expect(differences(spec('{}'), live)).toEqual(['metadata.labels'])
    expect(compare('{"status":1}', '{"status":2}')).toEqual(['spec.status'])
  })

  test('do not differ by empty maps of metadata', () => {
    const live = spec('{}')
    live.metadata = { name: 'a', labels: { 'velero.io/restore-name': 'r' }, annotations: {}, finalizers: [] }
    expect(differences(spec('{}'), live)).toEqual([])
  })

  test('with keys that JavaScript has a meaning for are compared by them', () => {
    expect(compare('{"__proto__":1,"constructor":{"x":1}}', '{"__proto__":2}')).toEqual([
      'spec.__proto__',
      'spec.constructor',
    ])
  })

  test('differ exactly where something is left when emptiness is taken out', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const differ = (a: unknown, b: unknown) => compare(JSON.stringify({ a }), JSON.stringify({ a: b })).length > 0
    fc.assert(fc.property(value, a => void expect(differ(a, a)).toBe(false)))
    fc.assert(
      fc.property(value, value, (a, b) => {
        const rest = (side: unknown) => parse(JSON.stringify({ rest: substance(side) }))
        expect(differ(a, b)).toBe(!sameJson(rest(a), rest(b)))
      }),
      { numRuns: 500 },
    )
  })
})

/** A value without what counts as nothing; undefined where nothing is left. */
function substance(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(item => substance(item) ?? null)
  if (typeof value !== 'object' || value === null) return value ?? undefined
  const entries = Object.entries(value).flatMap(([key, child]) => {
    const kept = substance(child)
    return kept === undefined ? [] : [[key, kept] as const]
  })
  return Object.fromEntries(entries)
}
