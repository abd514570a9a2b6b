import type { Settings } from '../../config/types.ts'
import { byBytes } from '../../velero/byte-order.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import type { Backup } from '../../velero/types.ts'
import type { RestoreSpec } from '../../velero/types-restore.ts'
import type { Cli } from '../cli.ts'
import { said } from '../flags/kinds.ts'
import type { RestoreCreateFlags } from './restore-create-flags.ts'

/** One of the two fields of a Restore's spec. */
export type RestoreSource = Pick<RestoreSpec, 'backupName' | 'scheduleName'>

/** What the flags name, as they name it. */
export function namedSource({ fromBackup, fromSchedule }: RestoreCreateFlags): RestoreSource {
  return fromSchedule ? { scheduleName: fromSchedule } : { backupName: fromBackup ?? '' }
}

/** Whether flags alone do not tell what is to be sent: the newest of a schedule's backups is. */
export function isChoice({ fromSchedule, allowPartiallyFailed }: RestoreCreateFlags): boolean {
  return Boolean(fromSchedule) && said(allowPartiallyFailed) === true
}

/**
 * Looks, as Velero's client does, whether there is anything to restore from: the named backup, in whatever phase, or any of
 * the schedule. Answers the source to send: where partially failed backups are allowed the newest good one of the schedule,
 * else what is named, for the job to choose from.
 */
export async function findSource(cli: Cli, settings: Settings, flags: RestoreCreateFlags): Promise<RestoreSource> {
  const { jobs } = cli
  const named = namedSource(flags)
  if (named.backupName !== undefined) {
    await jobs.getBackup(settings, named.backupName)
    return named
  }
  const schedule = named.scheduleName
  const onDamaged = ({ message }: Error) => cli.stderr.write(`An error occurred: ${message}\n`)
  const backups = (await jobs.listBackups(settings, onDamaged))
    .map(({ backup }) => backup)
    .filter(({ metadata }) => metadata.labels?.['velero.io/schedule-name'] === schedule)
  if (backups.length === 0) throw new InvalidInputError(`No backups found for the schedule ${schedule}`)
  const newest = isChoice(flags) ? newestGood(backups) : undefined
  return newest === undefined ? named : { backupName: newest.metadata.name }
}

function newestGood(backups: readonly Backup[]): Backup | undefined {
  const started = ({ status }: Backup) => status?.startTimestamp ?? ''
  return backups
    .filter(({ status }) => status?.phase === 'Completed' || status?.phase === 'PartiallyFailed')
    .sort((a, b) => byBytes(started(a), started(b)))
    .at(-1)
}
