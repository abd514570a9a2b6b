import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { applyMergePatch } from '../../../../lib/restore/modifiers/merge-patch.ts'
import { parseLossless, stringifyLossless } from '../../../../lib/velero/lossless.ts'

const json = (text: string) => parseLossless(Buffer.from(text)) as Record<string, unknown>
const merged = (target: string, patch: string) =>
  stringifyLossless(applyMergePatch(json(target), json(patch))).toString()

const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.jsonValue({ maxDepth: 3 }))

describe('a JSON merge patch', () => {
  it.each([
    ['sets', '{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['adds', '{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['removes by null', '{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['passes over a null for what is not there', '{"e":null}', '{"a":null}', '{"e":null}'],
    ['merges objects', '{"a":{"b":"c","d":1}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d","d":1}}'],
    ['replaces lists as they are', '{"a":[{"b":"c"}]}', '{"a":[1,null]}', '{"a":[1,null]}'],
    ['replaces a list by an object', '{"a":[1]}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['replaces an object by a list', '{"a":{"b":1}}', '{"a":["c"]}', '{"a":["c"]}'],
    ['replaces a large number by an object', '{"a":9007199254740993}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ['puts no null into a new object', '{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
    [
      'keeps every digit',
      '{"a":9007199254740993}',
      '{"b":1.10,"c":{"d":-0}}',
      '{"a":9007199254740993,"b":1.10,"c":{"d":-0}}',
    ],
  ])('%s', (_, target, patch, expected) => {
    expect(merged(target, patch)).toBe(expected)
  })

  test('twice is as once, and neither target nor patch is changed', () => {
    fc.assert(
      fc.property(objects, objects, (target, patch) => {
        const before = JSON.stringify([target, patch])
        const once = applyMergePatch(target, patch)
        expect(applyMergePatch(once, patch)).toEqual(once)
        expect(JSON.stringify([target, patch])).toBe(before)
      }),
    )
  })

  test('an empty one changes nothing', () => {
    fc.assert(fc.property(objects, target => void expect(applyMergePatch(target, {})).toEqual(target)))
  })

  it('takes __proto__ as a name like any other', () => {
    expect(merged('{"a":{}}', '{"__proto__":{"polluted":1},"a":{"__proto__":{"b":1}}}')).toBe(
      '{"a":{"__proto__":{"b":1}},"__proto__":{"polluted":1}}',
    )
    expect({}).not.toHaveProperty('polluted')
  })
})
