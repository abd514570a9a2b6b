import { restoreItemActions } from '../../../../lib/restore/actions/index.ts'
import { copyJson } from '../../../../lib/restore/json.ts'
import type { KubeObject, RestoreActionContext, RestoreFinding, RestoreItem } from '../../../../lib/restore/types.ts'

export function context(changes: Partial<RestoreActionContext> = {}): RestoreActionContext {
  const mapping = changes.spec?.namespaceMapping ?? {}
  return {
    restore: { name: 'nightly-1', uid: 'u' },
    spec: {},
    targetNamespace: source => mapping[source] ?? source,
    storageClasses: new Map(),
    storageClassProblem: () => undefined,
    images: [],
    shortId: () => '0123abcd',
    ...changes,
  }
}

/** An object named `web` in namespace `shop`, with these fields. */
export function object(fields: Record<string, unknown>): KubeObject {
  const { metadata, ...others } = fields
  return {
    apiVersion: 'v1',
    kind: 'Any',
    metadata: { name: 'web', namespace: 'shop', ...(metadata as object) },
    ...others,
  }
}

/** What all actions together make of an object; `skip` where one of them leaves it out. */
export function act(resource: string, stored: KubeObject, changes: Partial<RestoreActionContext> = {}) {
  const { name, namespace = '' } = stored.metadata
  const item: RestoreItem = { resource, namespace, name, stored, object: copyJson(stored) }
  const findings: Omit<RestoreFinding, 'namespace'>[] = []
  for (const action of restoreItemActions) {
    if (!action.applies(item, context(changes))) continue
    const result = action.run(item, context(changes))
    findings.push(...(result?.findings ?? []))
    if (result?.skip !== undefined) return { object: item.object, findings, skip: result.skip }
  }
  return { object: item.object, findings, skip: undefined }
}
