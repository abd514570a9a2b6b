import type { BackupSpec } from '../../velero/types.ts'

/** As much of a Pod as backups look at. */
export interface PodView {
  metadata?: { name?: string; annotations?: Record<string, string> }
  spec?: {
    priorityClassName?: string
    volumes?: { name: string; persistentVolumeClaim?: { claimName?: string } }[]
  }
}

/** A pod's use of a claim. `fsBackup`: its annotations, or the backup's default, ask for a copy of the volume's files. */
export interface ClaimMount {
  pod: string
  claim: string
  fsBackup: boolean
}

export const VOLUMES_TO_BACK_UP = 'backup.velero.io/backup-volumes'
const VOLUMES_TO_LEAVE = 'backup.velero.io/backup-volumes-excludes'

/** Names of the PersistentVolumeClaims that a pod mounts, each once, in the order of its volumes. */
export function mountedClaims(pod: unknown): string[] {
  return [...new Set(claimVolumes(pod as PodView).map(volume => volume.claim))]
}

/** What `volumeInfo` needs to know of a pod. Velero's opt-in and opt-out rules; its volume policies are not looked at. */
export function claimMounts(pod: unknown, spec: Pick<BackupSpec, 'defaultVolumesToFsBackup'>): ClaimMount[] {
  const view = pod as PodView
  const chosen = listed(view, VOLUMES_TO_BACK_UP)
  const left = listed(view, VOLUMES_TO_LEAVE)
  return claimVolumes(view).map(volume => ({
    pod: view.metadata?.name ?? '',
    claim: volume.claim,
    fsBackup: spec.defaultVolumesToFsBackup ? !left.includes(volume.name) : chosen.includes(volume.name),
  }))
}

function claimVolumes(pod: PodView): { name: string; claim: string }[] {
  return (pod.spec?.volumes ?? []).flatMap(volume => {
    const claim = volume.persistentVolumeClaim?.claimName
    return claim ? [{ name: volume.name, claim }] : []
  })
}

function listed(pod: PodView, annotation: string): string[] {
  return pod.metadata?.annotations?.[annotation]?.split(',') ?? []
}
