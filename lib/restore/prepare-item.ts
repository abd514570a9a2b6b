import { LateenError, messageOf } from '../velero/errors.ts'
import { comparisonActions, restoreItemActions } from './actions/index.ts'
import { clusterMade } from './cluster-made.ts'
import { isCompleted, isMirrorPod } from './completed.ts'
import { dataFinding } from './data-finding.ts'
import { type RestoreFacts, restoreLabels } from './facts.ts'
import { copyJson, textAt } from './json.ts'
import { applyModifiers } from './modifiers/index.ts'
import { CLAIMS, idOf, PODS, VOLUMES } from './names.ts'
import { resetObject } from './reset.ts'
import type { KubeObject, RestoreFinding, RestoreItem, RestoreItemAction } from './types.ts'
import { claimAfterPv, unbindVolume } from './volumes.ts'

/** What is to be done with an object of the backup. */
export type Preparation =
  /** It is none of this restore's, and stands in no list. */
  | { what: 'leave out'; why: string }
  | { what: 'skip'; why: string }
  | { what: 'fail'; findings: RestoreFinding[] }
  | {
      what: 'write'
      object: KubeObject
      /** To be told whatever becomes of it. */
      findings: RestoreFinding[]
      /** To be told where it is created: what it asked for and did not get. */
      ifCreated: RestoreFinding[]
    }

/** A stored object, by its place in the backup. */
export interface StoredItem {
  resource: string
  namespace: string
  name: string
  stored: KubeObject
}

/**
 * What Velero 1.18 makes of an object before it is written (velero-restore: per item procedure), without asking anybody:
 * early exits, reset, item actions, the claim's rule, modifiers, target namespace, labels.
 */
export function prepareItem(facts: RestoreFacts, { resource, namespace, name, stored }: StoredItem): Preparation {
  const { actions, related } = facts
  const target = namespace === '' ? '' : actions.targetNamespace(namespace)
  const id = idOf(resource, target, name)
  const error = (message: string): RestoreFinding => ({ level: 'error', message, namespace: target })
  try {
    if (isCompleted(resource, stored)) return { what: 'leave out', why: 'it is complete' }
  } catch (problem) {
    return { what: 'fail', findings: [error(`error checking completion of "${id}": ${reason(problem)}`)] }
  }
  if (isMirrorPod(resource, stored)) return { what: 'skip', why: 'it is the mirror of a static pod' }
  const made = clusterMade(resource, stored)
  if (made !== undefined) return { what: 'skip', why: made }
  const item: RestoreItem = { resource, namespace, name, stored, object: copyJson(stored) }
  const ifCreated: RestoreFinding[] = []
  try {
    if (resource === VOLUMES) {
      if (related.volumes.get(name) === 'provision') return { what: 'skip', why: 'its claim gets a new volume' }
      unbindVolume(item.object, actions.targetNamespace)
    }
    resetObject(item.object)
    const skipped = runActions(restoreItemActions, item, facts, ifCreated, target)
    if (skipped !== undefined) return { what: 'skip', why: skipped }
    if (resource === CLAIMS) claimAfterPv(item.object, related.volumes.get(textAt(stored, 'spec', 'volumeName')))
    ifCreated.push(...dataFindings(facts, item))
  } catch (problem) {
    return { what: 'fail', findings: [error(`error preparing ${id}: ${reason(problem)}`)] }
  }
  // As in Velero the object is restored with whatever was applied already.
  const findings = facts.modifiers ? applyModifiers(facts.modifiers, item).map(error) : []
  const { metadata } = item.object
  if (target !== '') metadata.namespace = target
  metadata.labels = { ...metadata.labels, ...restoreLabels(facts) }
  return { what: 'write', object: item.object, findings, ifCreated }
}

/**
 * A live object as it would look had it been prepared like the one of the backup that is to be compared with it, so that
 * what each cluster gives its objects anew counts for nothing. Changes the object.
 */
export function normalise(facts: RestoreFacts, item: Omit<StoredItem, 'stored'>, live: KubeObject): KubeObject {
  const compared: RestoreItem = { ...item, stored: copyJson(live), object: live }
  // Its namespaces are the target's already.
  const actions = { ...facts.actions, targetNamespace: (source: string) => source }
  if (item.resource === VOLUMES) unbindVolume(live, actions.targetNamespace)
  resetObject(live)
  runActions(comparisonActions, compared, { ...facts, actions }, [], '')
  return compared.object
}

/** Answers why the object is not to be restored, if it is not. */
function runActions(
  list: readonly RestoreItemAction[],
  item: RestoreItem,
  { actions }: Pick<RestoreFacts, 'actions'>,
  findings: RestoreFinding[],
  namespace: string,
): string | undefined {
  for (const action of list) {
    if (!action.applies(item, actions)) continue
    const result = action.run(item, actions)
    findings.push(...(result?.findings ?? []).map(finding => ({ ...finding, namespace })))
    if (result?.skip !== undefined) return result.skip
  }
  return undefined
}

/** Contents of volumes that the backup holds and that nobody brings back. Told only of what is created. */
function dataFindings(facts: RestoreFacts, item: RestoreItem): RestoreFinding[] {
  const { records, related, restore, backupName, actions, selection } = facts
  const context = { backupName, restorePVs: restore.spec.restorePVs, targetNamespace: actions.targetNamespace }
  const { namespace, name, stored } = item
  if (item.resource === CLAIMS) {
    const record = records.ofClaim(stored)
    const volume = textAt(stored, 'spec', 'volumeName')
    const decision = related.volumes.get(volume)
    const lost = volume !== '' && decision === undefined && selection.allowsRelated(VOLUMES, '')
    return present([
      record && dataFinding(record, context, decision, { namespace, name }),
      lost ? volumeMissing(item, volume, actions.targetNamespace(namespace)) : undefined,
    ])
  }
  if (item.resource !== PODS) return []
  return present(records.ofPod(namespace, name).map(record => dataFinding(record, context)))
}

/** Velero tells of a file that is missing. */
function volumeMissing({ name }: RestoreItem, volume: string, namespace: string): RestoreFinding {
  const message = `claim ${namespace}/${name} is bound to the volume ${volume}, which is not in the backup: unless the cluster has it, remove spec.volumeName from the claim, and it gets a new one`
  return { level: 'warning', message, namespace }
}

function present<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter(value => value !== undefined)
}

function reason(problem: unknown): string {
  if (problem instanceof LateenError || problem instanceof TypeError) return messageOf(problem)
  throw problem
}
