import type { Duplicates } from './duplicates.ts'
import { cleanPath, type ObjectPlace, readPath } from './entry-path.ts'
import { HostileArchiveError } from './errors.ts'
import { type Findings, shownPath } from './findings.ts'
import { checkFormat, FORMAT_PATH } from './format-version.ts'
import { LARGEST_OBJECT, MOST_NAMESPACES } from './limits.ts'
import type { OpenMembers, ScannedMember } from './open-members.ts'
import type { TarHeader } from './tar-header.ts'
import type { TarVisitor } from './tar-reader.ts'
import type { Wants } from './types.ts'

/** Types of tar entries that no backup has. */
const FOREIGN_TYPES: Record<string, string> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a pipe',
}

/** Looks at each entry of an archive: what is wanted goes into members, what does not belong there is told. */
export class Scanner implements TarVisitor {
  /** Of files, whatever they hold. */
  entries = 0
  /** Whether any of them was an object, wanted or not. */
  holdsObjects = false
  /** Of the entry that was looked at last. */
  path = ''
  readonly namespaces = new Set<string>()
  #wants: Wants
  #findings: Findings
  #members: OpenMembers
  #duplicates: Duplicates<ScannedMember>
  /** Absent for the file that tells the format. */
  #place: ObjectPlace | undefined

  constructor(wants: Wants, findings: Findings, members: OpenMembers, duplicates: Duplicates<ScannedMember>) {
    this.#wants = wants
    this.#findings = findings
    this.#members = members
    this.#duplicates = duplicates
  }

  wants(header: TarHeader): boolean {
    this.path = cleanPath(header.path)
    this.#place = undefined
    if (header.type === '5') return false
    this.entries++
    if (header.type !== '0') {
      const what = FOREIGN_TYPES[header.type] ?? `of the type ${JSON.stringify(header.type)}`
      this.#leaveOut('error', `is ${what}`)
      return false
    }
    const found = readPath(this.path)
    if (found === undefined) return this.path === FORMAT_PATH && this.#fits(header)
    if ('problem' in found) {
      this.#leaveOut(found.hostile ? 'error' : 'warning', found.problem)
      return false
    }
    this.#see(found)
    this.#place = found
    return !found.preferred && this.#wants(found.resource, found.version, found.namespace) && this.#fits(header)
  }

  entry(_: TarHeader, content: Buffer): void {
    if (this.#place === undefined) {
      checkFormat(content)
      return
    }
    const { member, number } = this.#members.add(this.#place, this.path, content)
    this.#duplicates.note(this.path, member, number)
  }

  #see({ resource, namespace, name }: ObjectPlace): void {
    this.holdsObjects = true
    if (namespace !== '') this.namespaces.add(namespace)
    else if (resource === 'namespaces') this.namespaces.add(name)
    if (this.namespaces.size > MOST_NAMESPACES)
      throw new HostileArchiveError(`it has more than ${MOST_NAMESPACES} namespaces`)
  }

  #fits({ size }: TarHeader): boolean {
    if (size <= LARGEST_OBJECT) return true
    this.#leaveOut('error', `has ${size} bytes, more than the ${LARGEST_OBJECT} that an object may have`)
    return false
  }

  #leaveOut(level: 'error' | 'warning', why: string): void {
    const message = `${shownPath(this.path)} in the archive is left out: it ${why}`
    this.#findings.add(level, message, this.#place?.namespace)
  }
}
