import type { Controller } from '../controllers.ts'
import { type JsonObject, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { reconcileDaemonSet } from './daemonsets.ts'
import { reconcileDeployment } from './deployments.ts'
import { reconcileJob } from './jobs.ts'
import { reconcileReplicas } from './replicasets.ts'
import { reconcileStatefulSet } from './statefulsets.ts'

const RECONCILERS: Readonly<Record<string, (all: Objects, live: Live) => void>> = {
  'apps/deployments': reconcileDeployment,
  'apps/replicasets': reconcileReplicas,
  '/replicationcontrollers': reconcileReplicas,
  'apps/statefulsets': reconcileStatefulSet,
  'apps/daemonsets': reconcileDaemonSet,
  'batch/jobs': reconcileJob,
}

/** Brings a workload to what it asks for whenever it, or something that it controls, has changed. */
export const runWorkloads: Controller = (all, { kind, object }) => {
  const metadata = object.metadata as JsonObject
  const namespace = text(metadata.namespace)
  if (RECONCILERS[kind.storage] !== undefined) reconcile(all, all.find(kind, namespace, text(metadata.name)))
  for (const owner of objects(metadata.ownerReferences).filter(reference => reference.controller === true)) {
    const kind = all.registry.ofObject(text(owner.apiVersion), text(owner.kind))
    const live = kind && all.find(kind, namespace, text(owner.name))
    if (live?.entry.uid === owner.uid) reconcile(all, live)
  }
}

function reconcile(all: Objects, live: Live | undefined): void {
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return
  const home = all.find(all.kind('', 'v1', 'namespaces'), '', text(live.metadata.namespace))
  if (home?.metadata.deletionTimestamp === undefined) RECONCILERS[live.kind.storage]?.(all, live)
}
