import type { SourceEntry } from '../bucket/archive-source.ts'
import { LateenError } from '../velero/errors.ts'
import type { FailureGroup, ItemOutcome } from './account.ts'
import { parseEntry } from './archived.ts'
import { writeObject } from './create.ts'
import { InvalidObjectError } from './errors.ts'
import type { TargetKinds } from './kinds.ts'
import { idOf, keyOf, NAMESPACES } from './names.ts'
import type { Namespaces } from './namespaces.ts'
import { prepareItem } from './prepare-item.ts'
import type { KubeObject, RestoreFinding } from './types.ts'
import { Deferred, Denied, failure, type Writer, type Writing, type Written } from './writer.ts'

/** What restoring one object takes beside it. */
export interface ItemWork {
  writer: Writer
  kinds: TargetKinds
  namespaces: Namespaces
  /** Why no object of a kind can be restored: by group-resource. */
  unserved: ReadonlyMap<string, string>
  /** Kinds that the user may not create, by resource and namespace: why. Grows. */
  denied: Map<string, string>
}

/**
 * Restores the object of one entry, and answers what became of it; undefined where it is none of this restore's.
 * `last`: it is not put off any more. Throws Deferred, Postponed, and what ends the run.
 */
export async function restoreItem(
  work: ItemWork,
  entry: SourceEntry,
  last: boolean,
): Promise<(Omit<ItemOutcome, 'resource' | 'name'> & { resource: string; name: string }) | undefined> {
  const { facts } = work.writer
  const { resource, namespace, name } = entry
  const target = namespace === '' ? '' : facts.actions.targetNamespace(namespace)
  const place = { resource, namespace: target, name }
  let stored: KubeObject
  try {
    stored = parseEntry(entry)
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error
    const findings: RestoreFinding[] = [{ level: 'error', message: error.message, namespace: target }]
    return { ...place, kind: `${resource}`, action: 'failed', findings }
  }
  if (!isChosen(work, entry, stored)) return undefined
  const about = { ...place, kind: `${stored.apiVersion}/${stored.kind}` }
  if (resource === NAMESPACES) {
    const problem = await work.namespaces.ensure(name, facts.actions.targetNamespace(name))
    if (problem === undefined) return undefined
    return { ...about, action: 'failed', findings: [{ level: 'error', message: problem }] }
  }
  const prepared = prepareItem(facts, { resource, namespace, name, stored })
  if (prepared.what === 'leave out') return undefined
  if (prepared.what === 'skip') return { ...about, action: 'skipped', why: prepared.why, findings: [] }
  if (prepared.what === 'fail') return { ...about, action: 'failed', findings: prepared.findings }
  const written = await write(work, entry, stored, prepared.object, target, last)
  if ('group' in written) return { ...about, action: 'failed', findings: prepared.findings, group: written.group }
  const told = written.action === 'created' ? prepared.ifCreated : []
  const findings = [...prepared.findings, ...written.findings, ...told]
  return { ...about, name: prepared.object.metadata.name, ...written, findings }
}

function isChosen({ writer: { facts } }: ItemWork, { resource, namespace, name }: SourceEntry, stored: KubeObject) {
  const { selection, related } = facts
  if (related.wanted.get(resource)?.has(keyOf(namespace, name))) return true
  return selection.selects(resource, namespace, name) && selection.matchesLabels(stored.metadata.labels)
}

type Grouped = { group: Omit<FailureGroup, 'items'> }

async function write(
  work: ItemWork,
  { resource, namespace, name }: SourceEntry,
  stored: KubeObject,
  object: KubeObject,
  target: string,
  last: boolean,
): Promise<Written | Grouped> {
  const unserved = work.unserved.get(resource)
  if (unserved !== undefined) return { group: { level: 'error', message: unserved } }
  if (target !== '') {
    const problem = await work.namespaces.ensure(namespace, target)
    if (problem !== undefined) return { group: { level: 'error', message: problem } }
  }
  const id = idOf(resource, target, name)
  const writing = writingOf(work, { resource, namespace, name, stored, object, target, id }, last)
  if ('action' in writing) return writing
  const denied = work.denied.get(`${resource} ${target}`)
  if (denied !== undefined) return { group: { level: 'error', namespace: target, message: denied } }
  try {
    return await writeObject(work.writer, writing)
  } catch (error) {
    if (error instanceof Deferred && last) return error.failure
    if (!(error instanceof Denied)) throw error
    const message = work.denied.get(`${resource} ${target}`) ?? withoutName(error.message)
    work.denied.set(`${resource} ${target}`, message)
    return { group: { level: 'error', namespace: target, message } }
  }
}

/** Of `secrets is forbidden: User "x" cannot create resource ...` and the like, what is the same for all of them. */
function withoutName(message: string): string {
  const [, rest = message] = /^\S+ (?:"[^"]*" )?is forbidden: (.*)$/s.exec(message) ?? []
  return rest
}

/** The object in the version that the cluster takes. */
function writingOf({ kinds }: ItemWork, parts: Omit<Writing, 'kind'>, last: boolean): Writing | Written {
  const { resource, stored, object, target, id } = parts
  const changed = object.apiVersion !== stored.apiVersion || object.kind !== stored.kind
  const kind = changed ? kinds.ofObject(object) : kinds.of(resource, stored.apiVersion)
  if (kind === undefined) {
    const why = `the cluster does not serve ${object.kind} in version ${object.apiVersion}`
    // It would have been told before, were no definition to bring it about.
    if (!last) throw new Deferred(id, target, why)
    return failure(parts, `error restoring ${id}: ${why}`)
  }
  if (kind.api.namespaced !== (target !== ''))
    return failure(
      parts,
      `error restoring ${id}: ${object.kind} is ${kind.api.namespaced ? 'namespaced' : 'cluster-scoped'} in this cluster, and was not in the backup's`,
    )
  try {
    kind.convert?.(object)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    return failure(parts, `error converting ${id} to ${kind.api.group}/${kind.api.version}: ${error.message}`)
  }
  return { ...parts, kind }
}
