import type { Command } from 'commander'
import { flag } from '../flags/define.ts'
import { bool, type OptionalBool, optionalBoolValue, string } from '../flags/kinds.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { addRetentionFlags, type RetentionFlags } from '../flags/retention-flags.ts'
import { addBackupFlags, type BackupFlags } from './backup-create-flags.ts'

export interface ScheduleCreateFlags extends BackupFlags, RetentionFlags {
  schedule?: string
  paused?: boolean
  skipImmediately?: OptionalBool
  useOwnerReferencesInBackup?: boolean
  concurrencyPolicy?: string
}

/** Velero's flags of `schedule create` and ours, by what they are about. */
export function addScheduleCreateFlags(command: Command): void {
  command.optionsGroup('When:')
  const times = "When to back up, in UTC: '0 3 * * *', @daily, '@every 6h', 'CRON_TZ=Europe/Berlin 0 3 * * *'."
  flag(command, '--schedule', string, times)
  flag(command, '--paused', bool, 'No run begins before the schedule is unpaused.')
  const skip = 'Whether a run that is due at once is left out, once: true or false.'
  flag(command, '--skip-immediately', optionalBoolValue, skip)
  const policy = 'Whether a run begins while an earlier one is at work: Forbid, which is the default, or Allow.'
  flag(command, '--concurrency-policy', { ...string, words: ['Forbid', 'Allow'] }, policy)
  command.optionsGroup('How many backups stay, in place of a time to live:')
  addRetentionFlags(command)
  addBackupFlags(command, 'schedule')
  command.optionsGroup('The schedule itself:')
  const owner = 'Name the schedule as the owner of its backups: a Velero that has both deletes them with it.'
  flag(command, '--use-owner-references-in-backup', bool, owner)
  addOutputFlags(command, 'Print the schedule as an object and do not make it.')
}
