import type { BackupSource } from '../bucket/archive-source.ts'
import type { Lease } from '../bucket/lease.ts'
import type { Connection } from '../cluster/connect.ts'
import type { RestoreAccount } from '../restore/account.ts'
import { entriesOf } from '../restore/archived.ts'
import type { RestoreControl } from '../restore/control.ts'
import { type RestoreFacts, restoreLabels } from '../restore/facts.ts'
import { TargetKinds } from '../restore/kinds.ts'
import { groupResource } from '../restore/names.ts'
import { Namespaces } from '../restore/namespaces.ts'
import { mayHoldChosen, planMembers, type RestorePlan } from '../restore/plan.ts'
import type { PositionState } from '../restore/position.ts'
import { findRelated } from '../restore/related.ts'
import { selectionOf } from '../restore/selection.ts'
import { storedNamespaces } from '../restore/stored-namespaces.ts'
import { RestoreWork } from '../restore/work.ts'
import type { Writer } from '../restore/writer.ts'
import type { ObjectStore } from '../store/types.ts'
import { recreateResources } from '../velero/recreate.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { RestoreBasis } from './restore-basis.ts'
import { type ClusterConfig, compileModifiers } from './restore-config.ts'
import { actionContext, readVolumeRecords } from './restore-facts.ts'
import type { PreparedRestore } from './restore-prepare.ts'

export interface WorkParts {
  backups: ObjectStore
  source: BackupSource
  connection: Connection
  lease: Lease
  prepared: PreparedRestore
  restore: Restore
  basis: RestoreBasis
  account: RestoreAccount
  signal: AbortSignal
  stopping: () => boolean
  sleep: (ms: number) => Promise<unknown>
  now: () => Date
  from: PositionState | undefined
  onWave(wave: number | 'retry'): void
}

/** Puts together what restores the objects: by the same basis, the same plan for each invocation of a run. */
export async function assembleWork(parts: WorkParts): Promise<{ work: RestoreWork; plan: RestorePlan }> {
  const { source, prepared, restore, basis, account, from, onWave } = parts
  const facts = await gatherFacts(parts)
  const plan = planMembers(source, facts.selection, facts.related, basis.waves, basis.versions)
  const control = controlOf(parts)
  const writer: Writer = {
    transport: parts.connection.transport,
    facts,
    labels: restoreLabels(facts),
    control,
    startedMs: basis.startedMs,
    takenUp: parts.lease.epoch > 1,
    recreates: recreatedKinds(restore, prepared),
  }
  const createdNamespaces = new Set(from?.namespaces)
  const items = {
    writer,
    kinds: new TargetKinds(prepared.discovery, basis.sameInAllVersions),
    namespaces: namespacesOf(parts, writer, createdNamespaces),
    unserved: new Map(Object.entries(basis.unserved)),
    denied: new Map(),
  }
  const resumed = from === undefined ? {} : { from }
  return {
    plan,
    work: new RestoreWork({ source, plan, items, account, control, createdNamespaces, onWave, ...resumed }),
  }
}

async function gatherFacts(parts: WorkParts): Promise<RestoreFacts> {
  const { source, backups, prepared, restore, basis, account, from } = parts
  const backupName = prepared.backup.metadata.name
  const { config, modifiers: written } = basis
  const selection = selectionOf(restore.spec, basis.lists)
  const { records, problems } = await readVolumeRecords(backups, backupName)
  if (from === undefined) for (const message of problems) account.report({ level: 'error', message })
  const related = await findRelated(source, selection, records, member => mayHoldChosen(member, selection))
  const modifiers = written && (await compileModifiers(written))
  const actions = actionContext(restore, config, await restoredClasses(source, selection, config))
  return { restore, backupName, selection, related, records, actions, modifiers }
}

/** Storage classes that this restore brings: claims may be mapped to one that is not there yet. */
async function restoredClasses(
  source: BackupSource,
  selection: RestoreFacts['selection'],
  { storageClassProblems }: ClusterConfig,
): Promise<ReadonlySet<string>> {
  const missing = Object.keys(storageClassProblems).length > 0
  if (!missing || !selection.selects(STORAGE_CLASSES, '')) return new Set()
  const members = source.members.filter(({ resource, version }) => resource === STORAGE_CLASSES && version === '')
  const entries = await Promise.all(members.map(member => entriesOf(source, member)))
  return new Set(entries.flat().map(({ name }) => name))
}

const STORAGE_CLASSES = 'storageclasses.storage.k8s.io'

function controlOf({ signal, stopping, sleep, now, from }: WorkParts): RestoreControl {
  return { signal, stopping: () => signal.aborted || stopping(), sleep, now, waits: new Map(from?.waits) }
}

function namespacesOf({ source, account }: WorkParts, writer: Writer, created: Set<string>): Namespaces {
  const { transport, control, startedMs, takenUp } = writer
  const stored = storedNamespaces(source)
  const onCreated = (target: string) => {
    if (created.has(target)) return
    created.add(target)
    const about = { kind: 'v1/Namespace', resource: 'namespaces', namespace: '', name: target }
    account.add({ ...about, action: 'created', findings: [] })
  }
  return new Namespaces({ transport, control, startedMs, takenUp, stored, onCreated, created })
}

/** Whether policy recreate is for a group-resource. What deletes goes by exact names. */
function recreatedKinds(restore: Restore, { discovery }: PreparedRestore): Writer['recreates'] {
  const kinds = new Set(
    recreateResources(restore).map(name => {
      const found = discovery.resolve(name)
      return found === undefined ? name : groupResource(found)
    }),
  )
  return resource => kinds.has(resource)
}
