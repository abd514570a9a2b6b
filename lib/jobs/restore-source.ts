import { readIntent } from '../bucket/deletions.ts'
import { backupArchiveKey } from '../bucket/layout.ts'
import { BACKUPS } from '../bucket/record-kinds.ts'
import { readRecord, recordNames } from '../bucket/records.ts'
import type { ObjectStore } from '../store/types.ts'
import { goQuote } from '../velero/go-quote.ts'
import { InvalidRecordError } from '../velero/schema.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { inTurn } from './found-runs.ts'
import { AT_ONCE } from './read.ts'

/** The backup that a Restore is from, or why there is none, in Velero's words where it has any. */
export type FoundBackup = { backup: Backup } | { problems: string[] }

/** By name, or the schedule's newest that is Completed; `decided`: the one that the restore began with. */
export async function findBackup(
  store: ObjectStore,
  { spec, metadata }: Restore,
  decided?: string,
): Promise<FoundBackup> {
  const namespace = metadata.namespace ?? 'velero'
  // One that it has begun to read is safe from deletion.
  if (decided !== undefined) return named(store, decided, namespace)
  if (spec.backupName) return whole(store, spec.backupName, namespace)
  const backups = await ofSchedule(store, spec.scheduleName ?? '')
  // Both, as Velero's validationErrors have it.
  if (backups.length === 0)
    return { problems: ['No backups found for schedule', 'No completed backups found for schedule'] }
  const good = backups.filter(({ status }) => status?.phase === 'Completed').sort(byStart)
  const newest = good.at(-1)
  if (newest === undefined) return { problems: ['No completed backups found for schedule'] }
  return whole(store, newest.metadata.name, namespace)
}

function byStart(a: Backup, b: Backup): number {
  return started(a) - started(b)
}

function started({ status }: Backup): number {
  return Date.parse(status?.startTimestamp ?? '') || 0
}

async function ofSchedule(store: ObjectStore, schedule: string): Promise<Backup[]> {
  const names = await Array.fromAsync(recordNames(store, BACKUPS))
  const records = await inTurn(names, AT_ONCE, name =>
    readRecord(store, BACKUPS, name).catch(error => {
      // A damaged record is no good backup.
      if (!(error instanceof InvalidRecordError)) throw error
      return undefined
    }),
  )
  return records
    .filter(backup => backup !== undefined)
    .filter(({ metadata }) => metadata.labels?.['velero.io/schedule-name'] === schedule)
}

/** Phases in which a backup has all that it will ever have. Velero looks at none, and fails later. */
const USABLE: readonly (BackupPhase | undefined)[] = [
  'Completed',
  'PartiallyFailed',
  'Finalizing',
  'FinalizingPartiallyFailed',
  'WaitingForPluginOperations',
  'WaitingForPluginOperationsPartiallyFailed',
]

async function whole(store: ObjectStore, name: string, namespace: string): Promise<FoundBackup> {
  const [found, intent] = await Promise.all([named(store, name, namespace), readIntent(store, BACKUPS, name)])
  if ('problems' in found || intent === undefined) return found
  return refuse(`backup ${goQuote(name)} is being deleted`)
}

const refuse = (why: string) => ({ problems: [`Error retrieving backup: ${why}`] })

async function named(store: ObjectStore, name: string, namespace: string): Promise<FoundBackup> {
  const [backup, archive] = await Promise.all([readRecord(store, BACKUPS, name), store.head(backupArchiveKey(name))])
  if (backup === undefined)
    return refuse(`can't find backup ${namespace}/${name}: Backup.velero.io ${goQuote(name)} not found`)
  const { phase, failureReason } = backup.status ?? {}
  if (!USABLE.includes(phase)) {
    const reason = failureReason ? ` (${failureReason})` : ''
    return refuse(`backup ${goQuote(name)} is ${phase ?? 'New'}${reason}, so it holds nothing that can be restored`)
  }
  if (archive === undefined)
    return refuse(`backup ${goQuote(name)} has no archive: there is no object ${goQuote(backupArchiveKey(name))}`)
  return { backup }
}
