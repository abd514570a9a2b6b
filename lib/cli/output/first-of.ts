import { formatCount } from './sizes.ts'

/** How many of a list are shown to people. */
export const SHOWN = 20

/** Lines, each ended, and how many were left out. */
export function firstOf(lines: readonly string[], total = lines.length): string {
  const shown = lines.slice(0, SHOWN)
  const rest = total > shown.length ? [`  ... and ${formatCount(total - shown.length)} more`] : []
  return [...shown, ...rest].map(line => `${line}\n`).join('')
}
