import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLossless, stringifyLossless } from '../../../lib/velero/lossless.ts'

const roundTrip = (text: string) => stringifyLossless(parseLossless(Buffer.from(text))).toString()

/** JSON numbers as text, of any length and form. */
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 40n }).map(String)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.[0-9]{1,25}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?[0-9]{1,4}$/)),
  )
  .map(parts => parts.join(''))

// Not like array indices, which JavaScript moves to the front.
const key = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'rawJSON', ''))
  .filter(text => !/^\d+$/.test(text))
  .map(text => JSON.stringify(text))

const { json } = fc.letrec<{ json: string }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    fc.string({ unit: 'binary' }).map(text => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('json'), { maxLength: 4 }).map(values => `[${values.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('json')), { maxLength: 4, selector: ([name]) => name })
      .map(entries => `{${entries.map(([name, value]) => `${name}:${value}`).join(',')}}`),
  ),
}))

describe('JSON without loss', () => {
  test('any compact JSON comes out as it went in, to the digit', () => {
    fc.assert(
      fc.property(json, text => void expect(roundTrip(text)).toBe(text)),
      { numRuns: 500 },
    )
  })

  test.each([
    '9223372036854775807',
    '9007199254740993',
    '-0',
    '1.0',
    '1e400',
    '1E5',
    '0.1000000000000000055511151231257827',
    '{"__proto__":{"a":12345678901234567890}}',
    '"\\ud800 \u2028 \u{1f6a2}"',
  ])('%s', text => {
    expect(roundTrip(text)).toBe(text)
  })

  test('what is read from the value is as usual, but for numbers that a double can not hold', () => {
    const value = parseLossless(Buffer.from('{"a":["x",7,true,null]}'))
    expect(value).toEqual({ a: ['x', 7, true, null] })
  })
})
