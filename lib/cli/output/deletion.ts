import { goQuote } from '../../velero/go-quote.ts'
import type { Cli } from '../cli.ts'
import type { Deletion } from '../jobs.ts'
import { firstOf } from './first-of.ts'
import { clockOf } from './print.ts'
import { formatCount } from './sizes.ts'
import { type Clock, goTime } from './times.ts'

/** Velero's line, then what became of the request; here it is done when the command ends. */
export function reportDeletion(cli: Cli, noun: 'backup' | 'restore', name: string, { removed, kept }: Deletion): void {
  const what = `${noun} ${goQuote(name)}`
  const along = noun === 'backup' ? ' and the restores from it' : ''
  const but = kept.length === 0 ? '' : `; object lock keeps ${formatCount(kept.length)}`
  cli.stdout.write(
    `Request to delete ${what} submitted successfully.\nDeleted ${what}${along}: ${objects(removed)}${but}.\n`,
  )
  cli.stderr.write(lockedText(kept, clockOf(cli)))
}

/** `1 object` */
export function objects(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'object' : 'objects'}`
}

/** What object lock keeps, and until when; '' where that is nothing. */
function lockedText(kept: Deletion['kept'], clock: Clock): string {
  if (kept.length === 0) return ''
  const lines = kept.map(({ key, until }) => `  ${key} ${lockText(until, clock)}`)
  const later = 'No list shows them, and `lateen gc` deletes them when their locks have ended.\n'
  const ends = kept.some(({ until }) => until !== undefined)
  return `Kept by object lock (${formatCount(kept.length)}):\n${firstOf(lines)}${ends ? later : ''}`
}

/** `until 2026-12-01 00:00:00 +0000 UTC` */
export function lockText(until: Date | undefined, clock: Clock): string {
  return until === undefined ? 'while it has a legal hold' : `until ${goTime(until.toISOString(), clock)}`
}
