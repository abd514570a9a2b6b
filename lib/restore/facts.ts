import { shortenLabelValue } from '../velero/names.ts'
import type { ResourceModifiers } from '../velero/resource-modifiers.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { Related } from './related.ts'
import type { Selection } from './selection.ts'
import type { RestoreActionContext } from './types.ts'
import type { VolumeRecords } from './volume-records.ts'

/** All that the rules for one object know beside the object: settled before the first is restored. */
export interface RestoreFacts {
  restore: Restore
  /** The backup that objects come from. */
  backupName: string
  selection: Selection
  related: Related
  records: VolumeRecords
  actions: RestoreActionContext
  modifiers: ResourceModifiers | undefined
}

export const BACKUP_LABEL = 'velero.io/backup-name'
export const RESTORE_LABEL = 'velero.io/restore-name'

/** The two labels of every restored object, by which Velero and people find it. */
export function restoreLabels({ restore, backupName }: Pick<RestoreFacts, 'restore' | 'backupName'>) {
  return {
    [BACKUP_LABEL]: shortenLabelValue(backupName),
    [RESTORE_LABEL]: shortenLabelValue(restore.metadata.name),
  }
}
