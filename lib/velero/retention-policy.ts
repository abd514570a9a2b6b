import { InvalidInputError } from './errors.ts'
import { nearest } from './nearest.ts'

// Ours: how many backups stay, in place of a time to live. As an annotation or a flag: `keep-last=7,keep-monthly=12`.

/** The periods of which the last backup is kept. */
export const PERIODS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const
export type Period = (typeof PERIODS)[number]

export interface RetentionPolicy {
  /** So many of the newest. */
  last: number
  /** Of each of so many periods that have any: its newest. */
  periods: Partial<Record<Period, number>>
  /** So many of the newest that are Completed, whatever else the policy says. At least 1. */
  minGood: number
}

const KEYS = ['keep-last', ...PERIODS.map(period => `keep-${period}`), 'min-good']

/** Throws InvalidInputError for what can't be meant: unknown words, no counts, nothing to be kept. */
export function parseRetention(text: string): RetentionPolicy {
  const counts = new Map<string, number>()
  for (const term of text.split(',')) {
    const [key = '', value = '', ...more] = term.trim().split('=')
    if (!KEYS.includes(key)) throw unknown(key)
    if (!/^\d{1,6}$/.test(value) || more.length > 0)
      throw new InvalidInputError(`retention: ${JSON.stringify(term.trim())} is no count`, {
        next: `Write it as ${key}=7.`,
      })
    if (counts.has(key)) throw new InvalidInputError(`retention: ${key} is given twice`)
    counts.set(key, Number(value))
  }
  const periods: RetentionPolicy['periods'] = {}
  for (const period of PERIODS) {
    const count = counts.get(`keep-${period}`)
    if (count) periods[period] = count
  }
  const last = counts.get('keep-last') ?? 0
  if (last === 0 && Object.keys(periods).length === 0)
    throw new InvalidInputError('retention: nothing would be kept', { next: 'Give at least keep-last=1.' })
  const minGood = counts.get('min-good') ?? 1
  if (minGood === 0)
    throw new InvalidInputError('retention: min-good=0 would let the last good backup go', {
      next: 'Leave min-good out, or set it to 1 or more.',
    })
  return { last, periods, minGood }
}

/** In the form that parseRetention reads. */
export function formatRetention({ last, periods, minGood }: RetentionPolicy): string {
  const counts = [
    ['keep-last', last] as const,
    ...PERIODS.map(period => [`keep-${period}`, periods[period] ?? 0] as const),
    ['min-good', minGood === 1 ? 0 : minGood] as const,
  ]
  return counts
    .filter(([, count]) => count > 0)
    .map(([key, count]) => `${key}=${count}`)
    .join(',')
}

function unknown(key: string): InvalidInputError {
  const meant = nearest(key, KEYS)
  return new InvalidInputError(
    `retention: unknown word ${JSON.stringify(key)}${meant === undefined ? '' : `, did you mean ${meant}?`}`,
    { next: `Use ${KEYS.join(', ')}, each with =COUNT, separated by commas.` },
  )
}
