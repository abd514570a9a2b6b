import { describe, expect, it } from 'vitest'
import { ratiosOf, type State, worsened } from '../../../bench/compare.ts'

const state = (ratios: Record<string, number>): State => ({ date: '2026-11-27', commit: 'abc', ratios })

describe('the history of ratios', () => {
  it('names each by its benchmark, way and size', () => {
    expect(
      ratiosOf([
        { bench: 'backup', way: 'flat', size: 1_000, items: 1_225, ratio: 4, warmRatio: 3 },
        { bench: 'gc', way: 'first', items: 500, ratio: 2 },
        { bench: 'cold bundle', way: 'gc', ratio: 0.4 },
        { bench: 'told', way: 'without a ratio' },
      ]),
    ).toEqual({ 'backup flat 1000': 4, 'backup flat 1000 warm': 3, 'gc first 500': 2, 'cold bundle gc': 0.4 })
  })

  it('warns of what is worse by more than a fifth than the median of the last five', () => {
    const history = [9, 2, 2.1, 1, 2, 3].map(ratio => state({ backup: ratio }))
    expect(worsened(history, state({ backup: 2.4 }))).toEqual([])
    expect(worsened(history, state({ backup: 2.41 }))).toEqual([{ name: 'backup', ratio: 2.41, before: 2 }])
  })

  it('warns of nothing that is new, and passes over states that lack it', () => {
    const history = [state({ backup: 1 }), ...Array.from({ length: 9 }, () => state({ restore: 5 }))]
    expect(worsened(history, state({ backup: 2, gc: 7 }))).toEqual([{ name: 'backup', ratio: 2, before: 1 }])
  })
})
