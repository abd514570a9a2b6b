import type { Check, Verdict } from '../../jobs/doctor/types.ts'

const VERDICT_WIDTH = 'warning'.length + 2

/** A line for each check, below it what to do where it is not ok, and in the end how many are not. */
export function checksText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ what }) => what.length)) + 2
  const lines = checks.flatMap(({ verdict, what, detail, next }) => [
    `${verdict.padEnd(VERDICT_WIDTH)}${what.padEnd(width)}${safe(detail)}`,
    ...(next === undefined ? [] : [`${' '.repeat(VERDICT_WIDTH + width)}-> ${safe(next)}`]),
  ])
  return `${[...lines, summary(checks)].join('\n')}\n`
}

function summary(checks: readonly Check[]): string {
  const count = (of: Verdict) => checks.filter(({ verdict }) => verdict === of).length
  const [problems, warnings] = [count('problem'), count('warning')]
  if (problems + warnings === 0) return 'All is well.'
  return `${told(problems, 'problem')}, ${told(warnings, 'warning')}.`
}

function told(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** What a server says stays on its line, and must not steer a terminal. */
function safe(text: string): string {
  return text.replaceAll('\u001b', '^[').replace(/\s*[\r\n\f]+\s*/g, ' ')
}
