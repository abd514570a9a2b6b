import { getObject, patchObject, replaceObject } from '../cluster/objects.ts'
import { ApiError } from '../cluster/types.ts'
import { parseLossless, stringifyLossless } from '../velero/lossless.ts'
import { kubectlWouldOwnMore, secondWriteNeeded, statusManager, statusNeedsOwners } from './managed-fields.ts'
import { DEFINITIONS } from './names.ts'
import { isPassing } from './passing.ts'
import { steadily } from './steadily.ts'
import type { KubeObject, RestoreFinding } from './types.ts'
import { Deferred, placeOf, type Writer, type Writing, type Written } from './writer.ts'

const MERGE_PATCH = 'application/merge-patch+json'
/** client-go's DefaultRetry. */
const STATUS_TRIES = 5

/**
 * What a created object still lacks: its status, where that is asked for, and its field owners, where a create can't give
 * them (see managed-fields.ts). Safe to repeat. `live`: as it was created. Answers what failed of it, in Velero's levels.
 */
export async function secondWrites(
  writer: Writer,
  writing: Writing,
  live: Buffer | KubeObject,
): Promise<RestoreFinding[]> {
  const withStatus = restoresStatus(writer, writing)
  const findings = withStatus ? await restoreStatus(writer, writing, live) : []
  if (!ownersDiffer(writing) && !(withStatus && statusOwnersDiffer(writing))) return findings
  return [...findings, ...(await restoreOwners(writer, writing))]
}

export function ownersDiffer({ stored, object, kind }: Writing): boolean {
  const { managedFields } = stored.metadata
  // Owners of another version's fields are nothing to this one.
  return kind.convert === undefined && (secondWriteNeeded(managedFields) || kubectlWouldOwnMore(managedFields, object))
}

function statusOwnersDiffer({ stored, kind }: Writing): boolean {
  return kind.convert === undefined && statusNeedsOwners(stored.metadata.managedFields)
}

/**
 * The annotation on the object wins over the restore's spec. A definition's status tells what this cluster serves, which
 * no other one knows; what waits for it would be deceived.
 */
function restoresStatus({ facts }: Writer, { resource, stored, object }: Writing): boolean {
  if (resource === DEFINITIONS || stored.status === undefined || stored.status === null) return false
  const said = object.metadata.annotations?.['velero.io/restore-status']?.trim().toLowerCase()
  if (said === 'true' || said === 'false') return said === 'true'
  return facts.selection.restoresStatus(resource)
}

async function restoreStatus(writer: Writer, writing: Writing, live: Buffer | KubeObject): Promise<RestoreFinding[]> {
  const { transport, control } = writer
  const { kind, stored, target } = writing
  const place = placeOf(writing)
  const at = { ...place, subresource: 'status' }
  const manager = kind.convert === undefined ? statusManager(stored.metadata.managedFields) : undefined
  let current = Buffer.isBuffer(live) ? (parseLossless(live) as KubeObject) : live
  for (let tries = 1; ; tries++) {
    try {
      const body = stringifyLossless({ ...current, status: stored.status })
      await steadily(control, () => replaceObject(transport, kind.api, at, body, manager))
      return []
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      const fresh = error.status === 409 && tries < STATUS_TRIES ? await getLive(writer, writing) : undefined
      if (fresh === undefined)
        return told(writing, 'created', { level: 'warning', message: error.message, namespace: target }, error)
      current = fresh
      await control.sleep(10 * 2 ** tries)
    }
  }
}

/** `done`: what became of the object but for its owners, where they can't be brought back. */
export async function restoreOwners(
  { transport, control }: Writer,
  writing: Writing,
  done: Written['action'] = 'created',
): Promise<RestoreFinding[]> {
  const { kind, stored, target } = writing
  const body = JSON.stringify({ metadata: { managedFields: stored.metadata.managedFields } })
  try {
    await steadily(control, () => patchObject(transport, kind.api, placeOf(writing), MERGE_PATCH, body))
    return []
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const level = error.status === 404 ? 'warning' : 'error'
    return told(writing, done, { level, message: error.message, namespace: target }, error)
  }
}

/** What failed for a reason that passes is tried again with the object, which is found as created then. */
function told(writing: Writing, action: Written['action'], finding: RestoreFinding, error: ApiError): RestoreFinding[] {
  if (!isPassing(error)) return [finding]
  throw new Deferred(writing.id, writing.target, error.message, { action, findings: [finding] })
}

async function getLive({ transport }: Writer, writing: Writing): Promise<KubeObject | undefined> {
  const json = await getObject(transport, writing.kind.api, placeOf(writing))
  return json && (parseLossless(json) as KubeObject)
}
