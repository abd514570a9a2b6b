import {
  mayHoldKey,
  mayHoldNamespace,
  openSource,
  readMembers,
  type SourceEntry,
  type SourceMember,
} from '../bucket/archive-source.ts'
import { BACKUPS } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import type { Settings } from '../config/types.ts'
import { LateenError } from '../velero/errors.ts'
import { globMatch, hasWildcard } from '../velero/globs.ts'
import { AROUND, type Around } from './around.ts'
import { BackupNotFoundError } from './errors.ts'
import { localScratch } from './scratch.ts'

/** Which objects of a backup. */
export interface Chosen {
  /** `deployments.apps`, `deployments`, `deployment`; absent: all kinds. */
  kind?: string
  /** `NAMESPACE/NAME`, or `NAME` of what is cluster-scoped; patterns of `*`, `?` and `[abc]`. Absent: all. */
  name?: string
}

/** What could be read was answered; there may have been more. */
export class DamagedBackupError extends LateenError {
  constructor(backup: string, why: string) {
    super(`the backup ${JSON.stringify(backup)} is damaged, and this may not be all of it: ${why}`, {
      next: 'Compare the archive with that of another copy of the bucket, or use another backup.',
    })
  }
}

export interface ContentObject {
  /** `deployments.apps` */
  resource: string
  /** `shop/web`, or `web`. */
  name: string
  /** As the backup has it. */
  json: Buffer
}

/**
 * Objects of a backup in the archive's order: with an index only what may hold them is fetched; else the archive is read through, and
 * what is chosen is kept in memory up to 24 MiB, then in a temporary folder. Throws BackupNotFoundError, the errors of the archive,
 * and StoreError; DamagedMemberError at the place of what can't be read, DamagedBackupError at the
 * end where the archive is damaged.
 */
export async function* backupContents(
  { location }: Settings,
  backup: string,
  chosen: Chosen,
  around: Partial<Around> = {},
): AsyncGenerator<ContentObject> {
  const all = { ...AROUND, ...around }
  const store = await all.openStore(location)
  try {
    await using scratch = await localScratch(all)
    if ((await readRecord(store, BACKUPS, backup)) === undefined) throw new BackupNotFoundError(backup)
    const source = await openSource(store, backup, {
      scratch: scratch.segments,
      wants: (resource, version, namespace) =>
        version === '' && isKind(resource, chosen.kind) && isIn(namespace, chosen.name),
    })
    const members = source.members.filter(member => mayHold(member, chosen))
    for await (const { entries, damage } of readMembers(source, members)) {
      if (damage !== undefined) throw damage
      for (const entry of entries) {
        const name = keyOf(entry)
        if (isName(name, chosen.name)) yield { resource: entry.resource, name, json: entry.json }
      }
    }
    const [damage] = source.findings.filter(({ level }) => level === 'error')
    if (damage !== undefined) throw new DamagedBackupError(backup, damage.message)
  } finally {
    await store.close()
  }
}

function keyOf({ namespace, name }: SourceEntry): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

function mayHold(member: SourceMember, { kind, name }: Chosen): boolean {
  if (member.version !== '' || !isKind(member.resource, kind)) return false
  if (name === undefined) return true
  if (!hasWildcard(name)) return mayHoldKey(member, name)
  const namespace = name.split('/')[0] ?? ''
  return !name.includes('/') || hasWildcard(namespace) || mayHoldNamespace(member, namespace)
}

function isIn(namespace: string, name: string | undefined): boolean {
  if (name === undefined || name === '*') return true
  const slash = name.indexOf('/')
  return slash === -1 ? namespace === '' : globMatch(name.slice(0, slash), namespace)
}

function isName(key: string, name: string | undefined): boolean {
  return name === undefined || name === '*' || key === name || globMatch(name, key)
}

/** As a person may say it: with its group or without, in the plural or the singular. */
function isKind(resource: string, kind: string | undefined): boolean {
  if (kind === undefined) return true
  const [plural = '', ...group] = resource.split('.')
  const [word = '', ...given] = kind.toLowerCase().split('.')
  const singulars = [plural, plural.replace(/s$/, ''), plural.replace(/es$/, ''), plural.replace(/ies$/, 'y')]
  return singulars.includes(word) && (given.length === 0 || group.join('.') === given.join('.'))
}
