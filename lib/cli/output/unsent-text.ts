/** Of a notification that was not sent: no failure of what was done. */
export function unsentText(problem: string): string {
  return `WARNING: ${problem}\nThe next collection of the location tries again, for a day.\n`
}
