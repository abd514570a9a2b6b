import { describe, expect, it } from 'vitest'
import { InvalidInputError } from '../../../lib/velero/errors.ts'
import { asTexts, readYaml } from '../../../lib/velero/yaml-value.ts'

describe('readYaml', () => {
  it.each([
    ['yes', true],
    ['off', false],
    ['0644', 420],
    ['0o644', 420],
    ['0x1F', 31],
    ['1_000', 1000],
    ['0900', 900],
    ['1:30', '1:30'],
    ['2026-11-22', '2026-11-22'],
    ['3.10', 3.1],
    ['1e3', 1000],
    ['~', null],
    ['{a: [1, "2"]}', { a: [1, '2'] }],
    ['', null],
  ])("reads %j as Kubernetes' tools do", (text, value) => {
    expect(readYaml(text)).toEqual(value)
  })

  it('keeps whole numbers to the digit', () => {
    expect(JSON.stringify(readYaml('[9007199254740993, -9223372036854775808, 18446744073709551615]'))).toBe(
      '[9007199254740993,-9223372036854775808,18446744073709551615]',
    )
  })

  it('knows anchors and merges', () => {
    expect(readYaml('a: &x {c: 1}\nb: {<<: *x, d: [*x]}')).toEqual({ a: { c: 1 }, b: { c: 1, d: [{ c: 1 }] } })
  })

  it('takes any text for a key, and numbers too', () => {
    expect(JSON.stringify(readYaml('{__proto__: 1, 8080: a, true: b}'))).toBe('{"8080":"a","__proto__":1,"true":"b"}')
  })

  it.each([
    ['{{ .Values.name }}: x', /^yaml: a map or list can't be the name of a field$/],
    ['~: x', /^yaml: a null can't be the name of a field$/],
    ['a: .inf', /^yaml: JSON can't hold Infinity$/],
    ['a: 1\na: 2', /^yaml: Map keys must be unique at line 2, column 1$/],
    ['--- 1\n--- 2', /^yaml: more than one document$/],
    ['a: [', /^yaml: .* at line 1, column \d+$/],
    [`a: &a [1]\n${bomb()}`, /^yaml: Excessive alias count/],
  ])('refuses %j', (text, message) => {
    expect(() => readYaml(text)).toThrow(InvalidInputError)
    expect(() => readYaml(text)).toThrow(message)
  })
})

function bomb(): string {
  const letters = [...'abcdefghij']
  const lines = letters.slice(1).map((letter, i) => `${letter}: &${letter} [${`*${letters[i]},`.repeat(9)}]`)
  return lines.join('\n')
}

describe('asTexts', () => {
  it('takes every scalar for the text that Kubernetes would make of it', () => {
    expect(asTexts(readYaml('{a: 3, b: [yes, 0644, 9007199254740993], c: null, d: x}'))).toEqual({
      a: '3',
      b: ['true', '420', '9007199254740993'],
      c: null,
      d: 'x',
    })
  })
})
