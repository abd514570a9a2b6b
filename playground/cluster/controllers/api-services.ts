import type { Controller } from '../controllers.ts'
import { at, isObject, text } from '../json.ts'
import { setStatus } from './status.ts'

/** Aggregated APIs. Nobody answers for them in a cluster without containers, so discovery shows each as stale. */
export const announceApiServices: Controller = (all, { kind, object }) => {
  if (kind.resource !== 'apiservices') return
  const name = text(at(object, 'metadata').name)
  const live = all.find(kind, '', name)
  if (live === undefined) return all.registry.announce(name, undefined)
  const spec = at(live.object, 'spec')
  const aggregated = isObject(spec.service)
  if (aggregated)
    all.registry.announce(name, {
      group: text(spec.group),
      version: text(spec.version),
      groupPriority: Number(spec.groupPriorityMinimum ?? 0),
      versionPriority: Number(spec.versionPriority ?? 0),
    })
  const conditions = Array.isArray(at(live.object, 'status').conditions)
  if (conditions) return
  const { name: service, namespace } = at(spec, 'service')
  const state = aggregated
    ? { status: 'False', reason: 'ServiceNotFound', message: `service/${service} in "${namespace}" is not present` }
    : { status: 'True', reason: 'Local', message: 'Local APIServices are always available' }
  const { status, ...why } = state
  setStatus(
    all,
    live,
    { conditions: [{ type: 'Available', status, lastTransitionTime: all.now(), ...why }] },
    'kube-apiserver',
  )
}
