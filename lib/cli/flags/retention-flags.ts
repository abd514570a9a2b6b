import type { Command } from 'commander'
import { formatRetention, parseRetention } from '../../velero/retention-policy.ts'
import { flag } from './define.ts'
import { int } from './kinds.ts'

/** How many backups stay. */
export interface RetentionFlags {
  keepLast?: number
  keepHourly?: number
  keepDaily?: number
  keepWeekly?: number
  keepMonthly?: number
  keepYearly?: number
  minGood?: number
}

interface RetentionFlag {
  key: keyof RetentionFlags
  /** The flag without its dashes, which is also the word of the policy. */
  word: string
  text: string
}

const periodic = (key: keyof RetentionFlags, period: string): RetentionFlag => ({
  key,
  word: key.replace('keep', 'keep-').toLowerCase(),
  text: `The newest backup of each of so many ${period} that have any.`,
})

const flags: readonly RetentionFlag[] = [
  { key: 'keepLast', word: 'keep-last', text: 'So many of the newest backups.' },
  periodic('keepHourly', 'hours'),
  periodic('keepDaily', 'days'),
  periodic('keepWeekly', 'weeks'),
  periodic('keepMonthly', 'months'),
  periodic('keepYearly', 'years'),
  {
    key: 'minGood',
    word: 'min-good',
    text: 'At least so many that are Completed, whatever the others say; 1 without it.',
  },
]

export function addRetentionFlags(command: Command): void {
  for (const { word, text } of flags) flag(command, `--${word}`, int, text)
}

/** The policy that the flags make together; undefined without any. Throws InvalidInputError where it can't be meant. */
export function retentionOf(given: RetentionFlags): string | undefined {
  const terms = flags.filter(({ key }) => given[key] !== undefined).map(({ key, word }) => `${word}=${given[key]}`)
  return terms.length === 0 ? undefined : formatRetention(parseRetention(terms.join(',')))
}
