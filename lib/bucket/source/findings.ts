import type { SourceFinding } from './types.ts'

const MOST_OF_A_LEVEL = 200

/** What is wrong with an archive. Of a great many things of a level the first are told, and how many more there are. */
export class Findings {
  #told: SourceFinding[] = []
  #counts = { error: 0, warning: 0 }

  add(level: 'error' | 'warning', message: string, namespace?: string): void {
    if (++this.#counts[level] <= MOST_OF_A_LEVEL)
      this.#told.push({ level, message, ...(namespace !== undefined && { namespace }) })
  }

  list(): SourceFinding[] {
    const levels = ['error', 'warning'] as const
    return [
      ...this.#told,
      ...levels.flatMap(level => {
        const more = this.#counts[level] - MOST_OF_A_LEVEL
        return more > 0 ? [{ level, message: `the archive has ${more} more ${level}s such as the ones before` }] : []
      }),
    ]
  }
}

const LONGEST_SHOWN = 300

/** A path in a message, whatever it is made of. */
export function shownPath(path: string): string {
  return JSON.stringify(path.length > LONGEST_SHOWN ? `${path.slice(0, LONGEST_SHOWN)}...` : path)
}
