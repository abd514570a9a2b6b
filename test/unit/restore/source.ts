import {
  type BackupSource,
  DamagedMemberError,
  type SourceEntry,
  type SourceMember,
} from '../../../lib/bucket/archive-source.ts'
import { pathsOf, resourceOf } from '../../helpers/stored-backup.ts'
import type { Seed } from '../../helpers/world.ts'

/** A backup with one member for each list of objects; a member without objects is damaged. */
export function sourceOf(
  ...members: readonly (readonly Seed[] | string)[]
): BackupSource & { damaged: Set<SourceMember> } {
  const entries = new Map<SourceMember, SourceEntry[]>()
  const damaged = new Set<SourceMember>()
  for (const objects of members) {
    const read = typeof objects === 'string' ? [] : objects.map(entryOf)
    const keys = read.map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`)).sort()
    const resource = typeof objects === 'string' ? objects : (read[0]?.resource ?? '')
    const [first, last] = [keys[0], keys.at(-1)]
    const borders = first !== undefined && last !== undefined ? { first, last } : {}
    const member = { resource, version: '', items: read.length, ...borders }
    entries.set(member, read)
    if (typeof objects === 'string') damaged.add(member)
  }
  return {
    damaged,
    members: [...entries.keys()],
    findings: [],
    read: async member => {
      if (damaged.has(member)) throw new DamagedMemberError(rowOf(member), 'its bytes do not have their checksum')
      return entries.get(member) ?? []
    },
  }
}

const rowOf = ({ resource }: SourceMember) => ({
  resource,
  first: 'a/a',
  last: 'a/z',
  items: 3,
  offset: 0,
  length: 1,
  sha256: '',
})

function entryOf(object: Seed): SourceEntry {
  const { namespace = '', name } = object.metadata as { namespace?: string; name: string }
  const json = Buffer.from(JSON.stringify(object))
  return { path: pathsOf(object)[0], resource: resourceOf(object), version: '', namespace, name, json }
}
