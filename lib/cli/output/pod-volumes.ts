import type { PodVolume } from '../../jobs/types-describe.ts'
import { byBytes } from '../../velero/byte-order.ts'

export interface PhaseOfVolumes {
  phase: string
  volumes: PodVolume[]
}

/** In Velero's order; what it does not name comes last. */
const PHASES = ['Completed', 'Failed', 'Canceled', 'In Progress', 'Canceling', 'Prepared', 'Accepted', 'New']

/** Copies of volumes by how they ended. */
export function podVolumesByPhase(volumes: readonly PodVolume[]): PhaseOfVolumes[] {
  const groups = Map.groupBy(volumes, ({ phase }) => (phase === 'InProgress' ? 'In Progress' : phase || 'New'))
  const phases = [...PHASES, ...[...groups.keys()].filter(phase => !PHASES.includes(phase))]
  return phases.flatMap(phase => {
    const found = groups.get(phase)
    return found === undefined ? [] : [{ phase, volumes: found }]
  })
}

/** The volumes of each pod with their sizes, sorted. */
export function volumesByPod({ phase, volumes }: PhaseOfVolumes): { pod: string; volumes: string[] }[] {
  return [...Map.groupBy(volumes, ({ pod }) => pod)]
    .sort(([a], [b]) => byBytes(a, b))
    .map(([pod, group]) => ({ pod, volumes: group.map(volume => withSize(volume, phase)).sort(byBytes) }))
}

function withSize({ volume, totalBytes, bytesDone, incrementalBytes }: PodVolume, phase: string): string {
  if (phase === 'In Progress' && totalBytes > 0) return `${volume} (${((bytesDone / totalBytes) * 100).toFixed(2)}%)`
  if (phase !== 'Completed') return volume
  if (incrementalBytes > 0) return `${volume} (size: ${totalBytes}, incremental size: ${incrementalBytes})`
  return totalBytes > 0 ? `${volume} (size: ${totalBytes})` : volume
}
