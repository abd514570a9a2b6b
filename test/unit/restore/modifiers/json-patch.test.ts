import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { PatchError, TestFailedError } from '../../../../lib/restore/modifiers/errors.ts'
import { applyJsonPatch } from '../../../../lib/restore/modifiers/json-patch.ts'
import { parseLossless, stringifyLossless } from '../../../../lib/velero/lossless.ts'
import type { JsonPatchOperation } from '../../../../lib/velero/resource-modifiers.ts'

const json = (text: string) => parseLossless(Buffer.from(text))
/** The outcome as text, to the digit. */
const patched = (document: string, ...operations: string[]) =>
  stringifyLossless(applyJsonPatch(json(document), operations.map(json) as JsonPatchOperation[])).toString()

describe('a JSON patch', () => {
  it.each([
    ['adds a member', '{"a":1}', '{"op":"add","path":"/b","value":2}', '{"a":1,"b":2}'],
    ['adds over a member', '{"a":1}', '{"op":"add","path":"/a","value":null}', '{"a":null}'],
    ['adds an item between others', '{"a":[1,3]}', '{"op":"add","path":"/a/1","value":2}', '{"a":[1,2,3]}'],
    ['adds an item right behind the last', '{"a":[1]}', '{"op":"add","path":"/a/1","value":2}', '{"a":[1,2]}'],
    ['adds a list as one item', '{"a":[1]}', '{"op":"add","path":"/a/-","value":[2]}', '{"a":[1,[2]]}'],
    ['adds an object in an object', '{"a":{}}', '{"op":"add","path":"/a/b","value":{"c":1}}', '{"a":{"b":{"c":1}}}'],
    ['removes a member', '{"a":1,"b":2}', '{"op":"remove","path":"/a"}', '{"b":2}'],
    ['removes an item', '{"a":[1,2,3]}', '{"op":"remove","path":"/a/1"}', '{"a":[1,3]}'],
    ['replaces a member', '{"a":1,"b":2}', '{"op":"replace","path":"/a","value":[]}', '{"a":[],"b":2}'],
    ['replaces null', '{"a":null}', '{"op":"replace","path":"/a","value":1}', '{"a":1}'],
    ['replaces an item', '{"a":[1,2]}', '{"op":"replace","path":"/a/0","value":3}', '{"a":[3,2]}'],
    ['moves a member', '{"a":{"b":1},"c":{}}', '{"op":"move","from":"/a/b","path":"/c/d"}', '{"a":{},"c":{"d":1}}'],
    ['moves an item', '{"a":[1,2,3]}', '{"op":"move","from":"/a/0","path":"/a/2"}', '{"a":[2,3,1]}'],
    ['copies', '{"a":{"b":[1]}}', '{"op":"copy","from":"/a/b","path":"/c"}', '{"a":{"b":[1]},"c":[1]}'],
    ['copies the whole', '{"a":1}', '{"op":"copy","from":"","path":"/b"}', '{"a":1,"b":{"a":1}}'],
    ['reads ~1 as a slash', '{"a/b":1}', '{"op":"replace","path":"/a~1b","value":2}', '{"a/b":2}'],
    ['reads ~01 as a tilde and a one', '{"~1":1}', '{"op":"replace","path":"/~01","value":2}', '{"~1":2}'],
    ['takes the empty name', '{"":1}', '{"op":"replace","path":"/","value":2}', '{"":2}'],
    ['counts from the end', '{"a":[1,2]}', '{"op":"replace","path":"/a/-1","value":3}', '{"a":[1,3]}'],
    ['takes digits as a name in an object', '{"a":{}}', '{"op":"add","path":"/a/0","value":1}', '{"a":{"0":1}}'],
  ])('%s', (_, document, operation, expected) => {
    expect(patched(document, operation)).toBe(expected)
  })

  it('works on what the operation before it left', () => {
    const add = '{"op":"add","path":"/a","value":{}}'
    expect(patched('{}', add, '{"op":"add","path":"/a/b","value":1}')).toBe('{"a":{"b":1}}')
  })

  it('keeps every digit of numbers, touched or not', () => {
    const document = '{"a":9007199254740993,"b":1.0,"c":{"d":-0}}'
    expect(patched(document, '{"op":"copy","from":"/a","path":"/c/e"}')).toBe(
      '{"a":9007199254740993,"b":1.0,"c":{"d":-0,"e":9007199254740993}}',
    )
  })

  it('leaves document and patch as they were', () => {
    const values = fc.jsonValue({ maxDepth: 2 })
    const pointer = fc
      .array(fc.constantFrom('a', 'b', '0', '-'), { minLength: 1, maxLength: 3 })
      .map(s => `/${s.join('/')}`)
    const operation = fc.record({
      op: fc.constantFrom<JsonPatchOperation['op'][]>('add', 'remove', 'replace', 'test', 'move', 'copy'),
      path: pointer,
      from: pointer,
      value: values,
    })
    fc.assert(
      fc.property(fc.record({ a: values, b: fc.array(values) }), fc.array(operation), (document, operations) => {
        const before = JSON.stringify([document, operations])
        try {
          applyJsonPatch(document, operations)
        } catch (error) {
          expect(error).toBeInstanceOf(PatchError)
        }
        expect(JSON.stringify([document, operations])).toBe(before)
      }),
    )
  })

  it('undoes what it did: add, then remove', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue(), (document, name, value) => {
        fc.pre(!Object.hasOwn(document, name))
        const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
        const added = applyJsonPatch(document, [{ op: 'add', path, value }]) as Record<string, unknown>
        expect(Object.getOwnPropertyDescriptor(added, name)?.value).toEqual(value)
        expect(applyJsonPatch(added, [{ op: 'remove', path }])).toEqual(document)
      }),
    )
  })
})

describe('a path that leads nowhere', () => {
  it.each([
    [
      '{"op":"add","path":"/x/y","value":1}',
      'add operation does not apply: doc is missing path: "/x/y": missing value',
    ],
    [
      '{"op":"add","path":"/a/b","value":1}',
      'add operation does not apply: doc is missing path: "/a/b": missing value',
    ],
    [
      '{"op":"add","path":"spec","value":1}',
      'add operation does not apply: doc is missing path: "spec": missing value',
    ],
    [
      '{"op":"add","path":"/l/3","value":1}',
      "error in add for path: '/l/3': Unable to access invalid index: 3: invalid index referenced",
    ],
    [
      '{"op":"add","path":"/l/x","value":1}',
      "error in add for path: '/l/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
    ],
    [
      '{"op":"remove","path":"/x"}',
      "error in remove for path: '/x': unable to remove nonexistent key: x: missing value",
    ],
    [
      '{"op":"replace","path":"/x","value":1}',
      'replace operation does not apply: doc is missing key: /x: missing value',
    ],
    [
      '{"op":"replace","path":"/l/-","value":1}',
      'replace operation does not apply: doc is missing key: /l/-: missing value',
    ],
    [
      '{"op":"move","from":"/x","path":"/y"}',
      "error in move for path: 'x': unable to get nonexistent key: x: missing value",
    ],
    ['{"op":"move","from":"","path":"/y"}', 'unable to move entire document to another path: invalid state detected'],
    [
      '{"op":"move","from":"/o","path":"/o/p"}',
      'move operation does not apply: doc is missing destination path: /o/p: missing value',
    ],
    [
      '{"op":"copy","from":"/x","path":"/y"}',
      "error in copy for from: '/x': unable to get nonexistent key: x: missing value",
    ],
    ['{"op":"test","path":"/x/y","value":1}', 'test operation does not apply: is missing path: /x/y: missing value'],
    [
      '{"op":"add","path":"/__proto__/x","value":1}',
      'add operation does not apply: doc is missing path: "/__proto__/x": missing value',
    ],
  ])('%s fails as with Velero', (operation, message) => {
    const attempt = () => patched('{"a":1,"l":[1,2],"o":{"p":1}}', operation)
    expect(attempt).toThrow(PatchError)
    expect(attempt).toThrow(message)
  })
})

describe('a test', () => {
  const document = '{"s":"1","n":1,"big":9007199254740993,"o":{"a":[1,{"b":null}],"c":true},"l":[1,2],"z":null}'
  const passes = (path: string, value: string) => patched(document, `{"op":"test","path":"${path}","value":${value}}`)

  test.each([
    ['/s', '"1"'],
    ['/n', '1'],
    ['/n', '1.0'],
    ['/n', '10e-1'],
    ['/big', '9007199254740993'],
    ['/o', '{"c":true,"a":[1,{"b":null}]}'],
    ['/l/-1', '2'],
    ['/z', 'null'],
    ['/missing', 'null'],
  ])('of %s for %s passes', (path, value) => {
    expect(passes(path, value)).toBe(document)
  })

  test.each([
    ['/s', '1'],
    ['/n', '"1"'],
    ['/n', 'true'],
    ['/big', '9007199254740992'],
    ['/o', '{"c":true}'],
    ['/o', '[]'],
    ['/l', '[2,1]'],
    ['/l', '{"0":1,"1":2}'],
    ['/z', '0'],
    ['/missing', '1'],
    ['/__proto__', '{}'],
    ['/constructor', '{}'],
  ])('of %s for %s fails', (path, value) => {
    expect(() => passes(path, value)).toThrow(TestFailedError)
    expect(() => passes(path, value)).toThrow(`testing value ${path} failed: test failed`)
  })
})

test('__proto__ is a name like any other', () => {
  const document = patched('{"a":{}}', '{"op":"add","path":"/a/__proto__","value":{"polluted":true}}')
  expect(document).toBe('{"a":{"__proto__":{"polluted":true}}}')
  expect(patched(document, '{"op":"remove","path":"/a/__proto__"}')).toBe('{"a":{}}')
  expect({}).not.toHaveProperty('polluted')
})
