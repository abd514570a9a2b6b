import { patchObject } from '../cluster/objects.ts'
import { ApiError } from '../cluster/types.ts'
import { comparable } from './comparable.ts'
import { differences, RESTORE_LABELS } from './compare.ts'
import { RESTORE_LABEL } from './facts.ts'
import { at, labelOf, textAt } from './json.ts'
import { mergePatch, serviceAccountMerge } from './merge-patch.ts'
import { noiseReason } from './noise.ts'
import { recreate } from './recreate.ts'
import { ownersDiffer, restoreOwners } from './second-writes.ts'
import { steadily } from './steadily.ts'
import type { JsonObject, KubeObject, RestoreFinding } from './types.ts'
import { failure, placeOf, type Writer, type Writing, type Written } from './writer.ts'

const MERGE_PATCH = 'application/merge-patch+json'
const SAME = 'it already exists in the cluster and is the same as the backed up version'

export interface Meeting {
  /** Whether an earlier try of this restore may have written to it. */
  tried: boolean
  /** Creates the object, for the policy recreate. */
  post: () => Promise<Buffer | ApiError>
}

/**
 * What Velero 1.18 does with an object that is there already, by the restore's policy (velero-restore: object already
 * exists), but for the comparison: what a cluster gives its objects anew counts for nothing (see comparable).
 */
export async function meetExisting(
  writer: Writer,
  writing: Writing,
  live: KubeObject,
  { tried, post }: Meeting,
): Promise<Written> {
  if (writing.resource === 'serviceaccounts') return mergeAccount(writer, writing, live)
  const compared = comparable(writer, writing, live)
  const paths = differences(compared.desired, compared.normal)
  const policy = writer.facts.restore.spec.existingResourcePolicy
  if (paths.length === 0)
    return policy === 'update' ? markEqual(writer, writing, live, tried) : { ...SKIPPED, why: SAME }
  const noise = noiseReason(writing.resource, live)
  if (noise !== undefined) return { ...SKIPPED, why: `it differs, and is ${noise}` }
  if (policy === 'update') return boundElsewhere(writing, live) ?? update(writer, writing, compared)
  if (policy === 'recreate' && writer.recreates(writing.resource)) return recreate(writer, writing, live, post)
  return { action: 'failed', findings: [warning(writing, differs(writing, policy, paths))] }
}

const SKIPPED = { action: 'skipped', findings: [] } as const satisfies Written

function warning({ target }: Writing, message: string): RestoreFinding {
  return { level: 'warning', message, namespace: target }
}

/** Velero's two texts, and what it leaves people to find out. */
function differs({ object }: Writing, policy: string | undefined, paths: readonly string[]): string {
  const { kind, metadata } = object
  const what = policy === 'none' ? `${kind} ${JSON.stringify(metadata.name)}` : `${kind}:${metadata.name}`
  return `could not restore, ${what} already exists. Warning: the in-cluster version is different than the backed-up version (${paths.join(', ')})`
}

/** Who writes only the labels of a restore to an object that is equal. */
const MARKER = 'lateen-labels'

/**
 * Equal objects get the labels of this restore, as in Velero. Where they have them from an earlier try, who owns them
 * tells whether it had found the object equal, or made it so, and then may have ended before its owners were back.
 */
async function markEqual(writer: Writer, writing: Writing, live: KubeObject, tried: boolean): Promise<Written> {
  if (RESTORE_LABELS.every(key => labelOf(live, key) === writer.labels[key])) {
    if (!tried || isMarked(live)) return { ...SKIPPED, why: SAME }
    return { action: 'updated', findings: await bringOwnersBack(writer, writing) }
  }
  const failed = await patch(writer, writing, { metadata: { labels: writer.labels } }, MARKER)
  if (failed !== undefined) return { action: 'failed', findings: [{ ...warning(writing, failed), level: 'error' }] }
  return { ...SKIPPED, why: SAME }
}

function isMarked({ metadata }: KubeObject): boolean {
  const label = ['fieldsV1', 'f:metadata', 'f:labels', `f:${RESTORE_LABEL}`]
  return (metadata.managedFields ?? []).some(entry => entry.manager === MARKER && at(entry, ...label) !== undefined)
}

async function bringOwnersBack(writer: Writer, writing: Writing): Promise<RestoreFinding[]> {
  return ownersDiffer(writing) ? restoreOwners(writer, writing, 'updated') : []
}

async function update(
  writer: Writer,
  writing: Writing,
  { desired, normal }: ReturnType<typeof comparable>,
): Promise<Written> {
  const change = mergePatch(withoutOwners(normal), withoutOwners(desired)) ?? {}
  const failed = await patch(writer, writing, change)
  if (failed !== undefined) return { action: 'failed', findings: [{ ...warning(writing, failed), level: 'error' }] }
  return { action: 'updated', findings: await bringOwnersBack(writer, writing) }
}

/** A volume that another claim uses is not taken away from it, as a restore under a namespace mapping would. */
function boundElsewhere(writing: Writing, live: KubeObject): Written | undefined {
  if (writing.resource !== 'persistentvolumes') return undefined
  const claimOf = (object: KubeObject) =>
    `${textAt(object, 'spec', 'claimRef', 'namespace')}/${textAt(object, 'spec', 'claimRef', 'name')}`
  if (textAt(live, 'spec', 'claimRef', 'name') === '' || claimOf(live) === claimOf(writing.object)) return undefined
  return failure(
    writing,
    `error restoring ${writing.id}: the volume is bound to the claim ${claimOf(live)} in the cluster, from which it is not taken away`,
  )
}

export function withoutOwners(object: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** The account keeps what it has; what only the backup has is added. The restore's labels are not. */
async function mergeAccount(writer: Writer, writing: Writing, live: KubeObject): Promise<Written> {
  const change = mergePatch(live, serviceAccountMerge(live, writing.object))
  if (change === undefined)
    return patchedBefore(writer, live) ? { action: 'updated', findings: [] } : { ...SKIPPED, why: SAME }
  const failed = await patch(writer, writing, change)
  if (failed !== undefined) return { action: 'failed', findings: [warning(writing, failed)] }
  return { action: 'updated', findings: [] }
}

/** An account that was not created by this restore is written to by it only here. */
function patchedBefore({ startedMs, takenUp }: Writer, live: KubeObject): boolean {
  if (!takenUp) return false
  return (live.metadata.managedFields ?? []).some(
    ({ manager, operation, time }) =>
      manager === 'lateen' && operation === 'Update' && Date.parse(time ?? '') >= startedMs - 1000,
  )
}

/** Answers why it could not be done. */
async function patch(
  { transport, control }: Writer,
  writing: Writing,
  change: JsonObject,
  manager?: string,
): Promise<string | undefined> {
  const { kind } = writing
  const body = JSON.stringify(change)
  try {
    await steadily(control, () => patchObject(transport, kind.api, placeOf(writing), MERGE_PATCH, body, manager))
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error.message
    throw error
  }
}
