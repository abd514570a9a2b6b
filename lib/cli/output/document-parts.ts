import type { UnfinishedRun } from '../../jobs/types.ts'
import type { Artifact, Description, ItemOperation, ResourceListing } from '../../jobs/types-describe.ts'
import type { Result, Results } from '../../velero/results.ts'
import type { ObjectMeta } from '../../velero/types.ts'
import { deletionProblem } from './deletion-text.ts'
import { isAtWork } from './lateen-facts.ts'
import type { OperationCounts } from './operations-text.ts'
import type { Counts } from './results-text.ts'
import { type Clock, goTime } from './times.ts'

// Parts of the documents of `describe -o json`, which both kinds have. Their names are Velero's: docs/describe-json.md.

/** Of both kinds, and of lists of them. A field that is taken away or means something else makes it another one. */
export const API_VERSION = 'describe.lateen.io/v1'

export type Json = Record<string, unknown>

export function metadataPart({ name, namespace, labels = {}, annotations = {} }: ObjectMeta): Json {
  return { name, namespace, labels, annotations }
}

/** Both where there are any of either. */
export function resultParts(
  results: Artifact<Results> | undefined,
  { errors = 0, warnings = 0 }: Counts,
): { errors?: Json; warnings?: Json } {
  if (results === undefined) return {}
  if (results.is === 'missing') return { errors: { count: errors }, warnings: { count: warnings } }
  if (results.is === 'unreadable')
    return {
      errors: { errorGettingErrors: `<error getting errors: ${results.why}>` },
      warnings: { errorGettingWarnings: `<error getting warnings: ${results.why}>` },
    }
  return {
    errors: errors > 0 ? resultPart(results.value.errors) : {},
    warnings: warnings > 0 ? resultPart(results.value.warnings) : {},
  }
}

/** Where there are no namespaces it is a list, in Velero as here. */
function resultPart({ velero = [], cluster = [], namespaces = {} }: Result): Json {
  return { velero, cluster, namespace: Object.keys(namespaces).length === 0 ? [] : namespaces }
}

export function resourceListParts(noun: 'backup' | 'restore', list: Artifact<ResourceListing> | undefined): Json {
  if (list === undefined) return {}
  if (list.is === 'missing') return { errorGettingResourceList: `<${noun} resource list not found>` }
  if (list.is === 'unreadable')
    return { errorGettingResourceList: `<error getting ${noun} resource list: ${list.why}>` }
  return { resourceList: list.value.entries() }
}

/** Ours; the operations themselves with details. */
export function operationsPart(
  { attempted = 0, completed = 0, failed = 0 }: OperationCounts,
  operations: Artifact<ItemOperation[]> | undefined,
): Json | undefined {
  if (attempted === 0) return undefined
  const counts = { attempted, completed, failed }
  if (operations === undefined) return counts
  if (operations.is === 'read') return { ...counts, operations: operations.value }
  const why = operations.is === 'missing' ? 'file not found' : operations.why
  return { ...counts, errorGettingOperations: `<error getting operation info: ${why}>` }
}

export function hookParts(status: { hookStatus?: { hooksAttempted?: number; hooksFailed?: number } }): Json {
  if (status.hookStatus === undefined) return {}
  const { hooksAttempted = 0, hooksFailed = 0 } = status.hookStatus
  return { hooksAttempted, hooksFailed }
}

/** In the form of Velero's requests. */
export function deletionPart(
  { deletion }: Pick<Description, 'deletion'>,
  command: string,
  clock: Clock,
): Json | undefined {
  if (deletion === undefined || deletion.is === 'missing') return undefined
  if (deletion.is === 'unreadable') return { errorGettingDeletion: `<error getting the deletion: ${deletion.why}>` }
  const problem = deletionProblem(deletion.value, command, clock)
  const request = {
    creationTimestamp: goTime(deletion.value.requested, clock),
    phase: 'InProgress',
    reason: deletion.value.reason,
    errors: problem === undefined ? undefined : [problem],
  }
  return { deleteBackupRequests: [request] }
}

export function runPart(run: UnfinishedRun | undefined, clock: Clock): Json | undefined {
  return run && { uid: run.uid, atWork: isAtWork(run, clock), owner: run.lease?.owner, expires: run.lease?.expires }
}

/** Of the folder, in bytes. */
export function folderParts({ folder }: Pick<Description, 'folder'>): Json {
  if (folder.is === 'unreadable') return { errorGettingSize: `<error getting size: ${folder.why}>` }
  return folder.is === 'missing' ? {} : { ...folder.value }
}
