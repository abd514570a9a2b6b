import { patchObject } from '../cluster/objects.ts'
import { ApiError } from '../cluster/types.ts'
import { differences, RESTORE_LABELS } from './compare.ts'
import { copyJson, isObject, labelOf, textAt } from './json.ts'
import { mergePatch, serviceAccountMerge } from './merge-patch.ts'
import { noiseReason } from './noise.ts'
import { normalise } from './prepare-item.ts'
import { recreate } from './recreate.ts'
import { ownersDiffer, restoreOwners } from './second-writes.ts'
import { steadily } from './steadily.ts'
import type { JsonObject, KubeObject, ManagedFieldsEntry, RestoreFinding } from './types.ts'
import { failure, placeOf, type Writer, type Writing, type Written } from './writer.ts'

const MERGE_PATCH = 'application/merge-patch+json'
const SAME = 'it already exists in the cluster and is the same as the backed up version'

/**
 * What Velero 1.18 does with an object that is there already, by the restore's policy (velero-restore: object already
 * exists), but for the comparison: what a cluster gives its objects anew counts for nothing (see normalise). `post`
 * creates the object, for the policy recreate.
 */
export async function meetExisting(
  writer: Writer,
  writing: Writing,
  live: KubeObject,
  post: () => Promise<Buffer | ApiError>,
): Promise<Written> {
  if (writing.resource === 'serviceaccounts') return mergeAccount(writer, writing, live)
  const normal = comparable(writer, writing, live)
  const paths = differences(writing.object, normal)
  const policy = writer.facts.restore.spec.existingResourcePolicy
  if (paths.length === 0) return policy === 'update' ? markEqual(writer, writing, live) : { ...SKIPPED, why: SAME }
  const noise = noiseReason(writing.resource, live)
  if (noise !== undefined) return { ...SKIPPED, why: `it differs, and is ${noise}` }
  if (policy === 'update') return boundElsewhere(writing, live) ?? update(writer, writing, normal)
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

/** The live object as it would be had it just been prepared. */
function comparable({ facts }: Writer, { resource, namespace, name, object }: Writing, live: KubeObject): KubeObject {
  const normal = normalise(facts, { resource, namespace, name }, copyJson(live))
  // A claim that is to get a new volume has one by now.
  if (resource === 'persistentvolumeclaims' && textAt(object, 'spec', 'volumeName') === '' && isObject(normal.spec))
    delete normal.spec.volumeName
  return normal
}

/** Equal objects get the labels of this restore, as in Velero. */
async function markEqual(writer: Writer, writing: Writing, live: KubeObject): Promise<Written> {
  if (RESTORE_LABELS.every(key => labelOf(live, key) === writer.labels[key]))
    return wasUpdated(writing, live) ? { action: 'updated', findings: [] } : { ...SKIPPED, why: SAME }
  const failed = await patch(writer, writing, { metadata: { labels: writer.labels } })
  if (failed !== undefined) return { action: 'failed', findings: [{ ...warning(writing, failed), level: 'error' }] }
  return { ...SKIPPED, why: SAME }
}

/**
 * Whether an object that is as it should be became so by an earlier try of this restore, which died before it could say
 * so: an update owns more than the two labels, or has brought back the owners of the backup.
 */
function wasUpdated(writing: Writing, live: KubeObject): boolean {
  const entries = live.metadata.managedFields ?? []
  if (ownersDiffer(writing)) return JSON.stringify(entries) === JSON.stringify(writing.stored.metadata.managedFields)
  return entries.some(entry => entry.manager === 'lateen' && entry.operation === 'Update' && !ownsOnlyLabels(entry))
}

function ownsOnlyLabels({ fieldsV1 }: ManagedFieldsEntry): boolean {
  const metadata = fieldsV1?.['f:metadata']
  if (!isObject(fieldsV1) || Object.keys(fieldsV1).length !== 1 || !isObject(metadata)) return false
  const labels = metadata['f:labels']
  if (Object.keys(metadata).length !== 1 || !isObject(labels)) return false
  return Object.keys(labels).every(key => key === '.' || RESTORE_LABELS.includes(key.slice(2)))
}

async function update(writer: Writer, writing: Writing, normal: KubeObject): Promise<Written> {
  const change = mergePatch(withoutOwners(normal), withoutOwners(writing.object)) ?? {}
  const failed = await patch(writer, writing, change)
  if (failed !== undefined) return { action: 'failed', findings: [{ ...warning(writing, failed), level: 'error' }] }
  const findings = ownersDiffer(writing) ? await restoreOwners(writer, writing, 'updated') : []
  return { action: 'updated', findings }
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

function withoutOwners(object: KubeObject): JsonObject {
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
): Promise<string | undefined> {
  const body = JSON.stringify(change)
  try {
    await steadily(control, () => patchObject(transport, writing.kind.api, placeOf(writing), MERGE_PATCH, body))
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error.message
    throw error
  }
}
