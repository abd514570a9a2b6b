import { HostileArchiveError } from './errors.ts'
import { type Findings, shownPath } from './findings.ts'
import { MOST_DUPLICATES } from './limits.ts'
import { SeenPaths } from './seen-paths.ts'
import type { SourceEntry, SourceMember } from './types.ts'

interface Position<Member> {
  member: Member
  number: number
  told: boolean
}

/**
 * Finds entries whose path comes again later, for the later one replaces them. What may be a second one is noted as
 * it passes by, and only if there was any are members read once more to know for sure.
 */
export class Duplicates<Member extends SourceMember> {
  #seen = new SeenPaths()
  /** Where the last one of a path is, of those that may not be the first of it. */
  #last = new Map<string, Position<Member>>()

  /** Throws HostileArchiveError. */
  note(path: string, member: Member, number: number): void {
    if (!this.#seen.add(path)) return
    this.#last.set(path, { member, number, told: false })
    if (this.#last.size > MOST_DUPLICATES)
      throw new HostileArchiveError(`more than ${MOST_DUPLICATES} of its entries are in it twice`)
  }

  /** The numbers of the entries that are replaced, by member; each path is told in the findings. */
  async replaced(
    members: readonly Member[],
    read: (member: Member) => Promise<SourceEntry[]>,
    findings: Findings,
  ): Promise<Map<Member, Set<number>>> {
    const replaced = new Map<Member, Set<number>>()
    const kinds = new Set([...this.#last.values()].map(({ member }) => kindOf(member)))
    for (const member of members) {
      if (!kinds.has(kindOf(member))) continue
      const numbers = new Set<number>()
      for (const [number, { path, namespace }] of (await read(member)).entries()) {
        const last = this.#last.get(path)
        if (last === undefined || (last.member === member && last.number === number)) continue
        numbers.add(number)
        if (last.told) continue
        last.told = true
        findings.add('warning', `the archive holds ${shownPath(path)} more than once: the last one counts`, namespace)
      }
      if (numbers.size > 0) replaced.set(member, numbers)
    }
    return replaced
  }
}

function kindOf({ resource, version }: SourceMember): string {
  return `${resource}/${version}`
}
