import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { localTimestampedName, shortenLabelValue, timestampedName, validateName } from '../../../lib/velero/names.ts'
import { offsetIn } from './zone.ts'

describe('names', () => {
  it('keeps label values up to 63 characters', () => {
    expect(shortenLabelValue('a'.repeat(63))).toBe('a'.repeat(63))
  })

  it('cuts longer ones to 57 and adds six digits of their SHA-256', () => {
    const long = `${'a'.repeat(60)}-long-name`
    const digits = createHash('sha256').update(long).digest('hex').slice(0, 6)
    expect(shortenLabelValue(long)).toBe('a'.repeat(57) + digits)
  })

  it('accepts what Kubernetes accepts as the name of an object', () => {
    expect(validateName('daily-20261122030000')).toBeUndefined()
    expect(validateName('a.b-c')).toBeUndefined()
  })

  it("refuses the rest with Kubernetes' message", () => {
    expect(validateName('Daily')).toMatch(/^a lowercase RFC 1123 subdomain must consist of lower case/)
    expect(validateName('')).toMatch(/^a lowercase RFC 1123 subdomain/)
    expect(validateName('a'.repeat(254))).toBe('must be no more than 253 characters')
    expect(validateName('a\n')).toMatch(/RFC 1123/)
  })

  it('stamps names in UTC', () => {
    expect(timestampedName('daily', new Date('2026-11-22T04:05:06.999+01:00'))).toBe('daily-20261122030506')
  })

  it.each([
    ['UTC', 'b-20261231230506'],
    ['Europe/Berlin', 'b-20270101000506'],
    ['America/St_Johns', 'b-20261231193506'],
  ])('stamps names in the time of a place: %s', (timeZone, name) => {
    expect(
      localTimestampedName('b', new Date('2026-12-31T23:05:06.999Z'), {
        offset: offsetIn(timeZone),
        rules: () => undefined,
      }),
    ).toBe(name)
  })
})
