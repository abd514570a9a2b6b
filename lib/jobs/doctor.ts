import type { Settings } from '../config/types.ts'
import { AROUND, type Around } from './around.ts'
import { checkCluster } from './doctor/cluster.ts'
import { checkLocation } from './doctor/location.ts'
import type { DoctorResult, Purpose } from './doctor/types.ts'

export interface DoctorOptions {
  /** What is to work; all of it, unless said otherwise. */
  purposes: readonly Purpose[]
  now: () => Date
  /** Names what is written for the time being: unique for each call. */
  id: string
  /** Aborted: no further check of a store is begun, and what was written is deleted. */
  signal?: AbortSignal
}

/**
 * Looks at all that a backup or a restore needs: the cluster and our rights there, the location and what its store does.
 * What can be looked at at the same time is. Changes nothing but below metadata/lateen/doctor/, where nothing stays.
 */
export async function examine(
  settings: Settings,
  options: DoctorOptions,
  around: Partial<Around> = {},
): Promise<DoctorResult> {
  const all = { ...AROUND, ...around }
  const { cluster, location, results } = settings
  const recorded = results !== undefined && options.purposes.includes('restore') ? [results] : []
  const checks = await Promise.all([
    checkCluster(cluster, { ...options, around: all }),
    checkLocation(location, { ...options, word: 'store', around: all }),
    ...recorded.map(place => checkLocation(place, { ...options, word: 'results', around: all })),
  ])
  return { checks: checks.flat() }
}
