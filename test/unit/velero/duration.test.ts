import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { durationMs, formatDuration, parseDuration } from '../../../lib/velero/duration.ts'
import { InvalidInputError } from '../../../lib/velero/errors.ts'

describe('durations', () => {
  it.each([
    ['720h', '720h0m0s'],
    ['24h', '24h0m0s'],
    ['1h30m', '1h30m0s'],
    ['90s', '1m30s'],
    ['1m', '1m0s'],
    ['0', '0s'],
    ['1.5h', '1h30m0s'],
    ['-1.5s', '-1.5s'],
    ['+5m', '5m0s'],
    ['.5s', '500ms'],
    ['1500us', '1.5ms'],
    ['1µs', '1µs'],
    ['1μs', '1µs'],
    ['3ns', '3ns'],
    ['0.3333333333333333333h', '20m0s'],
    ['9223372036854775807ns', '2562047h47m16.854775807s'],
    ['-9223372036854775808ns', '-2562047h47m16.854775808s'],
  ])('%s is printed as Go prints it: %s', (text, canonical) => {
    expect(formatDuration(parseDuration(text))).toBe(canonical)
  })

  it.each([
    ['30d', 'time: unknown unit "d" in duration "30d"'],
    ['1 h', 'time: unknown unit " h" in duration "1 h"'],
    ['10', 'time: missing unit in duration "10"'],
    ['', 'time: invalid duration ""'],
    ['h', 'time: invalid duration "h"'],
    ['-', 'time: invalid duration "-"'],
    ['.s', 'time: invalid duration ".s"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['3000000h', 'time: invalid duration "3000000h"'],
    ['1ü"', String.raw`time: unknown unit "\xc3\xbc\"" in duration "1\xc3\xbc\""`],
  ])("%j is refused in Go's words", (text, message) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ name: InvalidInputError.name, message }))
  })

  it('what is formatted reads back as the same duration', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), ns => {
        expect(parseDuration(formatDuration(ns))).toBe(ns)
      }),
    )
  })

  it('converts to milliseconds', () => {
    expect(durationMs('1m30.5s')).toBe(90_500)
  })
})
