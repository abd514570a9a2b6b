import type { RestoreFinding } from './types.ts'
import type { NamespacedName, VolumeRecord } from './volume-records.ts'
import type { VolumeDecision } from './volumes.ts'

export interface DataContext {
  backupName: string
  /** Of the restore's spec; false says that no contents are wanted, and nothing is told. */
  restorePVs: boolean | undefined
  targetNamespace(source: string): string
}

/**
 * Tells that the contents of a volume are in the backup and were not brought back, and how to get them; as a warning
 * where the backup tried and has none. `claim`: in the backup, for records that do not name it; `decision`: what became
 * of its volume, undefined where that is not in the backup.
 */
export function dataFinding(
  record: VolumeRecord,
  context: DataContext,
  decision?: VolumeDecision,
  claim: NamespacedName | undefined = record.claim,
): RestoreFinding | undefined {
  if (context.restorePVs === false) return undefined
  const owner = claim ?? record.pod
  const namespace = owner ? context.targetNamespace(owner.namespace) : ''
  const what = claim
    ? `claim ${namespace}/${claim.name}`
    : record.pod
      ? `volume ${record.pod.volume} of pod ${namespace}/${record.pod.name}`
      : `volume ${record.volume}`
  const outcome = claim ? CLAIM_OUTCOME[decision ?? 'none'] : 'it starts empty'
  if (record.snapshot === '') {
    const message = `the data of ${what} is not in the backup, for its ${record.method} failed; ${outcome}`
    return { level: 'warning', message, namespace }
  }
  const message =
    `the data of ${what} is in the backup (${record.method} ${record.snapshot}) and was not brought back; ` +
    `${outcome}. To get it, ${way(record, context, owner?.namespace)}`
  return { level: 'error', message, namespace }
}

const CLAIM_OUTCOME = {
  provision: 'the claim gets a new, empty volume',
  restore: 'the claim is bound to the volume that it had, with whatever is on it now',
  none: 'the claim has what its volume holds now',
}

function way(record: VolumeRecord, context: DataContext, source = ''): string {
  if (record.method === 'NativeSnapshot') {
    return `make a disk from snapshot ${record.snapshot} in the cloud, a PersistentVolume of it, and the claim anew with that volume as its volumeName`
  }
  if (record.method === 'CSISnapshot' && !record.moved) {
    const driver = record.reader === '' ? '' : ` of driver ${record.reader}`
    return `make the claim anew with a VolumeSnapshot of it as its dataSource; a VolumeSnapshotContent${driver} with snapshotHandle ${record.snapshot} gives one`
  }
  const target = context.targetNamespace(source)
  const mapping = target === source ? '' : ` --namespace-mappings ${source}:${target}`
  return (
    'delete the claim and its pods, and with Velero and its node agent in the cluster run ' +
    `velero restore create --from-backup ${context.backupName} --include-namespaces ${source}${mapping} ` +
    '--include-resources pods,persistentvolumeclaims,persistentvolumes ' +
    `(snapshot ${record.snapshot} in the ${record.reader || 'backup'} repository of namespace ${source})`
  )
}
