import type { Command } from 'commander'
import type { RestoreView } from '../../jobs/types.ts'
import type { RestorePhase } from '../../velero/types-restore.ts'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownRestore } from '../output/shown.ts'
import { getCommand } from './get.ts'

export function restoreGet(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  getCommand(command, cli, done, {
    noun: 'restore',
    shown: shownRestore,
    examples,
    list: async (settings, onDamaged) => (await jobs.listRestores(settings, onDamaged)).map(withDeletion),
    get: async (settings, name) => withDeletion(await jobs.getRestore(settings, name)),
  })
}

/** Of restores Velero tells by the phase that they are being deleted, in JSON and YAML as in the table. */
function withDeletion(view: RestoreView): RestoreView {
  const { metadata, status } = view.restore
  if (!metadata.deletionTimestamp) return view
  const phase = `${status?.phase || 'New'} (Deleting)` as RestorePhase
  return { ...view, restore: { ...view.restore, status: { ...status, phase } } }
}

const examples = `
Examples:
  # All restores that are recorded in the bucket, Velero's own among them.
  lateen restore get

  # One restore as JSON.
  lateen restore get restore1 -o json`
