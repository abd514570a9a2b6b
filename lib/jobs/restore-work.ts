import type { BackupSource } from '../bucket/archive-source.ts'
import type { Lease } from '../bucket/lease.ts'
import type { Connection } from '../cluster/connect.ts'
import type { RestoreAccount } from '../restore/account.ts'
import type { RestoreControl } from '../restore/control.ts'
import { type RestoreFacts, restoreLabels } from '../restore/facts.ts'
import { TargetKinds } from '../restore/kinds.ts'
import { Namespaces } from '../restore/namespaces.ts'
import { mayHoldChosen, planMembers, type RestorePlan } from '../restore/plan.ts'
import type { PositionState } from '../restore/position.ts'
import { findRelated } from '../restore/related.ts'
import { resolveLists, selectionOf } from '../restore/selection.ts'
import { storedNamespaces } from '../restore/stored-namespaces.ts'
import { RestoreWork } from '../restore/work.ts'
import type { Writer } from '../restore/writer.ts'
import type { ObjectStore } from '../store/types.ts'
import { recreateResources } from '../velero/recreate.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { RestoreBasis } from './restore-basis.ts'
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
    recreates: recreatedKinds(restore, prepared, plan),
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

async function gatherFacts({ source, backups, prepared, restore, basis }: WorkParts): Promise<RestoreFacts> {
  const { modifiers, config, backup } = prepared
  const backupName = backup.metadata.name
  const selection = selectionOf(restore.spec, basis.lists)
  const records = await readVolumeRecords(backups, backupName)
  const related = await findRelated(source, selection, records, member => mayHoldChosen(member, selection))
  return { restore, backupName, selection, related, records, actions: actionContext(restore, config), modifiers }
}

function controlOf({ signal, stopping, sleep, now }: WorkParts): RestoreControl {
  return { signal, stopping: () => signal.aborted || stopping(), sleep, now }
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
  return new Namespaces({ transport, control, startedMs, takenUp, stored, onCreated })
}

/** Whether policy recreate is for a group-resource. */
function recreatedKinds(restore: Restore, { discovery }: PreparedRestore, plan: RestorePlan): Writer['recreates'] {
  const archived = [...new Set(plan.members.map(({ member }) => member.resource))]
  const names = recreateResources(restore)
  const kinds = new Set(resolveLists({ includedResources: names }, discovery, archived).lists.included)
  return resource => kinds.has(resource)
}
