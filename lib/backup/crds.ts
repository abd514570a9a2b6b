import { emptyBatch } from './account.ts'
import type { RunContext } from './context.ts'
import { CUSTOM_RESOURCE_DEFINITIONS } from './select/resources.ts'
import { wantedRow } from './wanted.ts'

/** Kubernetes' own groups: no CRD is behind them, so none is asked for. Any other group may be a custom one. */
export const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'extensions',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
])

/** Velero's rule: of every resource of which something was stored, the CRD, if there is one and the filters leave it open. */
export function wantCustomResourceDefinitions(context: RunContext): void {
  const { account } = context.sink
  const unit = 'crds'
  if (!context.selection.addsCustomResourceDefinitions || account.cursors.get(unit)?.done) return
  const wanted = [...account.resources]
    .filter(name => name.includes('.') && !BUILT_IN_GROUPS.has(name.slice(name.indexOf('.') + 1)))
    .map(name =>
      wantedRow({ groupResource: CUSTOM_RESOURCE_DEFINITIONS, namespace: '', name, round: 0, optional: true }),
    )
  account.commit({ ...emptyBatch(unit, { token: '', after: '', done: true }), wanted }, undefined)
}
