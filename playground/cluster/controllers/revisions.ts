import { at, clone, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { controlled, ownerReference } from './owned.ts'
import { MANAGER } from './status.ts'

/** Keeps each template that a workload has had in a ControllerRevision; answers its name. */
export function reviseTemplate(all: Objects, live: Live, name: string): string {
  const kind = all.kind('apps', 'v1', 'controllerrevisions')
  const namespace = text(live.metadata.namespace)
  if (all.find(kind, namespace, name) !== undefined) return name
  const template = clone(at(live.object, 'spec', 'template'))
  const labels = { ...at(template, 'metadata', 'labels') }
  const metadata = { name, namespace, labels, ownerReferences: [ownerReference(live)] }
  const revision = controlled(all, live, kind).length + 1
  all.make(kind, MANAGER, metadata, { data: { spec: { template: { ...template, $patch: 'replace' } } }, revision })
  return name
}
