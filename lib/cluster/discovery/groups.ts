import type { ApiResource, DeadGroup } from '../types.ts'

/** One version of a group as the server serves it, subresources left out. */
export interface GroupVersion {
  group: string
  version: string
  resources: ApiResource[]
}

/** What either way of asking yields: core first, then the server's order; of a group's versions the preferred one first. */
export interface Found {
  versions: GroupVersion[]
  dead: DeadGroup[]
}

export function deadGroup(group: string, version: string, message: string): DeadGroup {
  return { group, version, apiService: `${version}.${group}`, message }
}

/** `v1` or `apps/v1`. */
export function groupVersionName(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`
}
