import type { BackupSpec } from '../../velero/types.ts'

interface Wish {
  asks(spec: BackupSpec, volumePolicies: number): boolean
  /** What was asked for, by field. */
  field: string
  /** What does not happen, and what to do instead. */
  answer: string
}

const VOLUMES = 'the contents of volumes are not backed up; use the snapshots of the storage system, or a database dump'

/** What a Velero backup may ask for beyond API objects. */
const WISHES: readonly Wish[] = [
  {
    asks: spec => (spec.hooks?.resources ?? []).length > 0,
    field: 'spec.hooks',
    answer: 'hooks are not run; run the commands before the backup starts',
  },
  { asks: spec => spec.snapshotVolumes === true, field: 'spec.snapshotVolumes', answer: VOLUMES },
  { asks: spec => spec.snapshotMoveData === true, field: 'spec.snapshotMoveData', answer: VOLUMES },
  {
    asks: spec => spec.defaultVolumesToFsBackup === true || spec.defaultVolumesToRestic === true,
    field: 'spec.defaultVolumesToFsBackup',
    answer: VOLUMES,
  },
  {
    asks: spec => (spec.volumeSnapshotLocations ?? []).length > 0,
    field: 'spec.volumeSnapshotLocations',
    answer: VOLUMES,
  },
  {
    asks: (_, volumePolicies) => volumePolicies > 0,
    field: 'volumePolicies of spec.resourcePolicy',
    answer: VOLUMES,
  },
]

/** One warning for each thing asked for that a backup of API objects does not do. `volumePolicies`: how many the policy ConfigMap has. */
export function specWarnings(spec: BackupSpec, volumePolicies = 0): string[] {
  return WISHES.filter(wish => wish.asks(spec, volumePolicies)).map(wish => `${wish.field} is set, but ${wish.answer}`)
}
