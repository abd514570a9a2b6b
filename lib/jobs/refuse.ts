import { isReadOnly } from '../config/location.ts'
import type { LocationSettings } from '../config/types.ts'
import { checkTopLevel } from '../store/top-level.ts'
import type { ObjectStore } from '../store/types.ts'
import { invalidTopLevelMessage } from '../velero/bsl.ts'
import type { BackupSpec } from '../velero/types.ts'
import { BackupRefusedError, LocationNotWritableError } from './errors.ts'
import type { Prepared } from './prepare.ts'

/** What a person typed and the cluster does not have can't be meant. */
export function refuseUnknown({ selection: { unknown } }: Prepared): void {
  const problems = [
    ...unknown.namespaces.map(
      name => `--include-namespaces: no namespace ${JSON.stringify(name)} exists in the cluster`,
    ),
    ...unknown.resources.map(name => `the cluster serves no resource ${JSON.stringify(name)}`),
  ]
  if (problems.length > 0)
    throw new BackupRefusedError(
      problems,
      'Correct the name; `kubectl api-resources` and `kubectl get namespaces` list what there is.',
    )
}

/** In Velero's words, of a request that names another location than the one in which it would be worked on. */
export function placeProblems({ storageLocation }: BackupSpec, { name }: Pick<LocationSettings, 'name'>): string[] {
  if (!storageLocation || storageLocation === name) return []
  return [
    `an existing backup storage location was not specified at backup creation time and the default ${storageLocation} was not found. Please address this issue and create a new backup. Error: backupstoragelocations.velero.io ${JSON.stringify(storageLocation)} not found`,
  ]
}

/** In Velero's words: `backup can't be created because ...`. */
export function refuseReadOnly(location: LocationSettings, what: string, done: string): void {
  if (!isReadOnly(location)) return
  throw new LocationNotWritableError(
    `${what} can't be ${done} because backup storage location ${location.name} is currently in read-only mode`,
  )
}

/** Folders that Velero does not know make it call the whole location unavailable. */
export async function refuseForeignFolders(store: ObjectStore, location: string): Promise<void> {
  const foreign = await checkTopLevel(store)
  if (foreign.length === 0) return
  const what = `BackupStorageLocation ${JSON.stringify(location)} is unavailable: ${invalidTopLevelMessage(foreign)}`
  throw new LocationNotWritableError(what, {
    next: 'Velero would refuse this location too: use another prefix, or move the other folders away. Reading still works.',
  })
}
