import { median } from './measure.ts'

/** A line that a benchmark prints; of its figures only the ratios travel from one machine to another. */
export interface Figure {
  bench: string
  way?: string
  /** As it was asked for, where what was measured has a little more. */
  size?: number
  items?: number
  ratio?: number
  warmRatio?: number
}

/** The ratios of a state of the project, as measured at one time. */
export interface State {
  date: string
  commit: string
  ratios: Readonly<Record<string, number>>
}

export interface Worsened {
  name: string
  ratio: number
  /** The median of earlier states. */
  before: number
}

/** How much worse a ratio may be before anybody is warned. */
const TOLERANCE = 1.2
/** How many earlier states count. */
const EARLIER = 5

/** Ratios by what they are of: `backup flat 1000`. */
export function ratiosOf(figures: readonly Figure[]): Record<string, number> {
  const named = figures.flatMap(({ bench, way, size, items, ratio, warmRatio }) => {
    const name = [bench, way, size ?? items].filter(part => part !== undefined).join(' ')
    return [[name, ratio] as const, [`${name} warm`, warmRatio] as const]
  })
  return Object.fromEntries(named.flatMap(([name, ratio]) => (ratio === undefined ? [] : [[name, ratio]])))
}

/** What is worse by more than a fifth than in the median of the last states that have it. */
export function worsened(history: readonly State[], { ratios }: State): Worsened[] {
  return Object.entries(ratios).flatMap(([name, ratio]) => {
    const earlier = history.flatMap(state => state.ratios[name] ?? []).slice(-EARLIER)
    const before = median(earlier)
    return ratio > before * TOLERANCE ? [{ name, ratio, before }] : []
  })
}
