import type { Controller } from '../controllers.ts'
import { at, isObject, type JsonObject, text } from '../json.ts'
import { setStatus } from './status.ts'

/** Aggregated APIs. Nobody answers for them in a cluster without containers, so discovery shows each as stale. */
export const announceApiServices: Controller = (all, { kind, object }) => {
  if (kind.resource !== 'apiservices') return
  const name = text(at(object, 'metadata').name)
  const live = all.find(kind, '', name)
  if (live === undefined) return all.registry.announce(name, undefined)
  const spec = at(live.object, 'spec')
  if (!isObject(spec.service)) return
  all.registry.announce(name, {
    group: text(spec.group),
    version: text(spec.version),
    groupPriority: Number(spec.groupPriorityMinimum ?? 0),
    versionPriority: Number(spec.versionPriority ?? 0),
  })
  if (Array.isArray(at(live.object, 'status').conditions)) return
  const message = `service/${spec.service.name} in "${spec.service.namespace}" is not present`
  const missing = {
    type: 'Available',
    status: 'False',
    lastTransitionTime: all.now(),
    reason: 'ServiceNotFound',
    message,
  }
  setStatus(all, live, { conditions: [missing] }, 'kube-apiserver')
}

/** The status of an APIService that the server answers itself. */
export const localService = (now: string): JsonObject => ({
  conditions: [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: now,
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ],
})
