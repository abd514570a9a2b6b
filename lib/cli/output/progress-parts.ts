import { formatCount } from './sizes.ts'

export const connecting = 'Connecting to the cluster ...'

/** `1,234 of about 5,678 items`; an estimate that is no more than what is done is not shown. */
export function doneOf(done: number, total: number): string {
  return total > done ? `${formatCount(done)} of about ${formatCount(total)} items` : `${formatCount(done)} items`
}

/** `410 items/s`; '' before time has passed. */
export function perSecond(done: number, elapsedMs: number): string {
  return elapsedMs > 0 ? `${formatCount(Math.round((done * 1000) / elapsedMs))} items/s` : ''
}
