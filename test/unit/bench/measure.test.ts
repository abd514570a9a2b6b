import { expect, it } from 'vitest'
import { median, tenths } from '../../../bench/measure.ts'

it('tells the speed in each tenth of the items, whenever it was told of them', () => {
  expect(tenths([[10, 1_000]])).toEqual(Array(10).fill(100))
  expect(
    tenths([
      [1, 500],
      [2, 500],
      [7, 1_000],
    ]),
  ).toEqual([500, 500, 500, 500, 500, 50, 100, 100, 100, 100])
})

it('takes the middle one for the median', () => {
  expect(median([5, 1, 100])).toBe(5)
})
