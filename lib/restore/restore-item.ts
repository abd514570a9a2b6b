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
import { withoutSecretValues } from './secret-values.ts'
import type { KubeObject } from './types.ts'
import { Deferred, Denied, failure, type Writer, type Writing, type Written } from './writer.ts'

const SECRETS = 'secrets'

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

/** How often an object was tried before, as far as that matters. */
export interface Attempt {
  /** It was tried before. */
  again: boolean
  /** It is not put off any more. */
  last: boolean
}

type Outcome = ItemOutcome | undefined

/**
 * Restores the object of one entry, and answers what became of it; undefined where it is none of this restore's. Throws
 * Deferred, Postponed, and what ends the run.
 */
export async function restoreItem(work: ItemWork, entry: SourceEntry, attempt: Attempt): Promise<Outcome> {
  const { facts } = work.writer
  const { resource, namespace, name } = entry
  const target = namespace === '' ? '' : facts.actions.targetNamespace(namespace)
  const about = { resource, namespace: target, name, kind: resource }
  let stored: KubeObject | undefined
  const hidden = (outcome: ItemOutcome) =>
    resource === SECRETS && stored !== undefined ? withoutSecretValues(stored, outcome) : outcome
  try {
    stored = parseEntry(entry)
    about.kind = `${stored.apiVersion}/${stored.kind}`
    if (!isChosen(work, entry, stored)) return undefined
    if (resource === NAMESPACES) return await restoreNamespace(work, about)
    const outcome = await restoreStored(work, entry, stored, { ...about, target }, attempt)
    return outcome && hidden(outcome)
  } catch (error) {
    if (error instanceof InvalidObjectError) return hidden({ ...about, ...failure({ target }, error.message) })
    if (error instanceof Deferred && attempt.last) return hidden({ ...about, ...error.failure })
    // Objects may be of any shape and depth: one that no rule was made for harms no other.
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return hidden({
      ...about,
      ...failure({ target }, `error restoring ${idOf(resource, target, name)}: ${error.message}`),
    })
  }
}

type About = Pick<ItemOutcome, 'resource' | 'namespace' | 'name' | 'kind'>

/** A namespace that can't be had is told once, with all that should be in it. */
async function restoreNamespace({ namespaces, writer }: ItemWork, about: About): Promise<Outcome> {
  const problem = await namespaces.ensure(about.name, writer.facts.actions.targetNamespace(about.name))
  if (problem === undefined) return undefined
  return { ...about, action: 'failed', findings: [], group: { level: 'error', message: problem } }
}

async function restoreStored(
  work: ItemWork,
  { resource, namespace, name }: SourceEntry,
  stored: KubeObject,
  { target, ...about }: About & { target: string },
  attempt: Attempt,
): Promise<Outcome> {
  const prepared = prepareItem(work.writer.facts, { resource, namespace, name, stored })
  if (prepared.what === 'leave out') return undefined
  if (prepared.what === 'skip') return { ...about, action: 'skipped', why: prepared.why, findings: [] }
  if (prepared.what === 'fail') return { ...about, action: 'failed', findings: prepared.findings }
  const { object, findings, ifCreated } = prepared
  const parts = { resource, namespace, name, stored, object, target, id: idOf(resource, target, name) }
  const written = await write(work, parts, attempt)
  if ('group' in written) return { ...about, action: 'failed', findings, group: written.group }
  const told = [...findings, ...written.findings, ...(written.action === 'created' ? ifCreated : [])]
  return { ...about, name: object.metadata.name, ...written, findings: told }
}

function isChosen({ writer: { facts } }: ItemWork, { resource, namespace, name }: SourceEntry, stored: KubeObject) {
  const { selection, related } = facts
  if (related.wanted.get(resource)?.has(keyOf(namespace, name))) return true
  return selection.selects(resource, namespace, name) && selection.matchesLabels(stored.metadata.labels)
}

type Grouped = { group: Omit<FailureGroup, 'items'> }

async function write(work: ItemWork, parts: Omit<Writing, 'kind'>, attempt: Attempt): Promise<Written | Grouped> {
  const { resource, namespace, target } = parts
  const unserved = work.unserved.get(resource)
  if (unserved !== undefined) return { group: { level: 'error', message: unserved } }
  if (target !== '') {
    const problem = await work.namespaces.ensure(namespace, target)
    if (problem !== undefined) return { group: { level: 'error', message: problem } }
  }
  const writing = writingOf(work, parts, attempt.last)
  if ('action' in writing) return writing
  const place = `${resource} ${target}`
  const denied = work.denied.get(place)
  if (denied !== undefined) return { group: { level: 'error', namespace: target, message: denied } }
  try {
    const lookFirst = target !== '' && !work.namespaces.isNew(target)
    return await writeObject(work.writer, writing, { again: attempt.again, lookFirst })
  } catch (error) {
    if (!(error instanceof Denied)) throw error
    const message = work.denied.get(place) ?? withoutName(error.message)
    work.denied.set(place, message)
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
