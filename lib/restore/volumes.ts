import { deleteKeys, objectAt, textAt } from './json.ts'
import type { KubeObject } from './types.ts'
import type { VolumeRecord } from './volume-records.ts'

/**
 * `provision`: the PersistentVolume is not created, and its claim gets a new volume. `restore`: it is created as it was,
 * and its claim is bound to it.
 */
export type VolumeDecision = 'provision' | 'restore'

/**
 * What becomes of a PersistentVolume. Contents that the backup holds are not brought back (see data-finding.ts), so one
 * with a native snapshot, of which Velero would make a new disk, is kept only where its disk was to be kept.
 */
export function volumeDecision(volume: KubeObject, record: VolumeRecord | undefined): VolumeDecision {
  const policy = textAt(volume, 'spec', 'persistentVolumeReclaimPolicy')
  if (record === undefined) return policy === 'Delete' ? 'provision' : 'restore'
  return record.method === 'NativeSnapshot' && policy === 'Retain' ? 'restore' : 'provision'
}

const BINDING = ['pv.kubernetes.io/bind-completed', 'pv.kubernetes.io/bound-by-controller']

/** Makes a PersistentVolume that is restored ready to be bound, in place: to a claim of the same name where it now lies. */
export function unbindVolume(volume: KubeObject, targetNamespace: (source: string) => string): void {
  const claim = objectAt(volume, 'spec', 'claimRef')
  const namespace = textAt(claim, 'namespace')
  if (claim !== undefined && namespace !== '') claim.namespace = targetNamespace(namespace)
  deleteKeys(claim, ['uid', 'resourceVersion'])
  deleteKeys(objectAt(volume, 'metadata', 'annotations'), BINDING)
}

/**
 * What follows for a claim, in place. `decision`: of the volume that it is bound to; undefined where that is not in the
 * backup, and then the claim keeps its name.
 */
export function claimAfterPv(claim: KubeObject, decision: VolumeDecision | undefined): void {
  if (textAt(claim, 'spec', 'volumeName') === '') return
  deleteKeys(objectAt(claim, 'metadata', 'annotations'), BINDING)
  if (decision === 'provision') delete objectAt(claim, 'spec')?.volumeName
}
