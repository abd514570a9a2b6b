import { create } from '../create.ts'
import { at, clone, type JsonObject, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { ownerReference } from './owned.ts'
import { MANAGER } from './status.ts'

/** Creates a pod from its owner's template, by name or with a generated one. */
export function createPod(
  all: Objects,
  owner: Live,
  name: { name: string } | { generateName: string },
  extra: JsonObject = {},
): void {
  const template = at(owner.object, 'spec', 'template')
  const { labels, annotations } = at(template, 'metadata')
  const spec = { ...clone(at(template, 'spec')), ...at(extra, 'spec') }
  const namespace = text(owner.metadata.namespace)
  const metadata: JsonObject = {
    ...name,
    namespace,
    labels: { ...at(clone(template), 'metadata', 'labels'), ...at(extra, 'labels') },
    ...(annotations !== undefined && { annotations: clone(annotations) }),
    ownerReferences: [ownerReference(owner)],
  }
  if (labels === undefined && extra.labels === undefined) delete metadata.labels
  create(
    all,
    all.kind('', 'v1', 'pods'),
    { apiVersion: 'v1', kind: 'Pod', metadata, spec },
    { manager: MANAGER, dryRun: false },
  )
}
