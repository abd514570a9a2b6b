import { describe, expect, it } from 'vitest'
import { formatRetention, parseRetention } from '../../../lib/velero/retention-policy.ts'

describe('a retention policy', () => {
  it('is written as counts, in any order, and read back as it was', () => {
    const text = 'keep-last=3,keep-hourly=24,keep-daily=7,keep-weekly=4,keep-monthly=12,keep-yearly=2,min-good=2'
    expect(formatRetention(parseRetention(text.split(',').reverse().join(', ')))).toBe(text)
  })

  it('keeps one good backup unless it says more', () => {
    expect(parseRetention('keep-last=1').minGood).toBe(1)
    expect(formatRetention(parseRetention('keep-last=1,min-good=1'))).toBe('keep-last=1')
  })

  it.each([
    ['', 'unknown word ""'],
    ['keep-daly=7', 'did you mean keep-daily?'],
    ['keep-daily', '"keep-daily" is no count'],
    ['keep-daily=-1', 'is no count'],
    ['keep-daily=1.5', 'is no count'],
    ['keep-daily=7,keep-daily=8', 'keep-daily is given twice'],
    ['keep-last=0', 'nothing would be kept'],
    ['min-good=3', 'nothing would be kept'],
    ['keep-last=1,min-good=0', 'min-good=0 would let the last good backup go'],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => parseRetention(text)).toThrow(problem)
  })
})
