import type { Controller } from '../controllers.ts'
import { BACKGROUND, remove } from '../delete.ts'
import { type JsonObject, list, text } from '../json.ts'
import { contentOf } from '../namespaces.ts'
import { finalizersOf, type Live, type Objects } from '../objects.ts'
import { setStatus } from './status.ts'

/**
 * Empties namespaces that are being deleted and lets them go once nothing is left. Like the real one it waits as long
 * as an aggregated API does not answer, for its objects may be in there.
 */
export const endNamespaces: Controller = (all, { type, kind, object }) => {
  const metadata = object.metadata as JsonObject
  if (kind.storage === '/namespaces' && type === 'updated') return end(all, text(metadata.name))
  if (type === 'deleted' && text(metadata.namespace) !== '') return end(all, text(metadata.namespace))
  if (kind.resource !== 'apiservices' || type !== 'deleted') return
  for (const { metadata } of all.all(all.kind('', 'v1', 'namespaces'))) end(all, text(metadata.name))
}

function end(all: Objects, name: string): void {
  const live = all.find(all.kind('', 'v1', 'namespaces'), '', name)
  if (live === undefined || live.metadata.deletionTimestamp === undefined) return
  for (const { kind } of contentOf(all, name)) {
    for (const content of all.all(kind, name)) {
      if (content.metadata.deletionTimestamp === undefined) remove(all, content, BACKGROUND)
    }
  }
  const left = contentOf(all, name)
  const dead = all.registry.dead()
  if (left.length === 0 && dead.length === 0 && finalizersOf(live.metadata).length === 0) all.remove(live)
  else tell(all, live, left, dead)
}

function tell(all: Objects, live: Live, left: ReturnType<typeof contentOf>, dead: readonly string[]): void {
  const remaining = left.map(({ kind, count }) => `${kind.resource}.${kind.group} has ${count} resource instances`)
  const holding = new Map<string, number>()
  for (const { kind } of left) {
    for (const { metadata } of all.all(kind, text(live.metadata.name))) {
      for (const finalizer of list(metadata.finalizers))
        holding.set(text(finalizer), (holding.get(text(finalizer)) ?? 0) + 1)
    }
  }
  const held = [...holding].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
  const now = all.now()
  const condition = (type: string, is: boolean, reasons: [string, string], messages: [string, string]): JsonObject => ({
    type,
    status: is ? 'True' : 'False',
    lastTransitionTime: since(live, type, is) ?? now,
    reason: reasons[is ? 0 : 1],
    message: messages[is ? 0 : 1],
  })
  const discovery = `Discovery failed for some groups, ${dead.length} failing: unable to retrieve the complete list of server APIs: ${dead.join(', ')}`
  setStatus(all, live, {
    phase: 'Terminating',
    conditions: [
      condition(
        'NamespaceDeletionDiscoveryFailure',
        dead.length > 0,
        ['DiscoveryFailed', 'ResourcesDiscovered'],
        [discovery, 'All resources successfully discovered'],
      ),
      condition(
        'NamespaceDeletionGroupVersionParsingFailure',
        false,
        ['GroupVersionParsingFailed', 'ParsedGroupVersions'],
        ['', 'All legacy kube types successfully parsed'],
      ),
      condition(
        'NamespaceDeletionContentFailure',
        false,
        ['ContentDeletionFailed', 'ContentDeleted'],
        ['', 'All content successfully deleted, may be waiting on finalization'],
      ),
      condition(
        'NamespaceContentRemaining',
        left.length > 0,
        ['SomeResourcesRemain', 'ContentRemoved'],
        [`Some resources are remaining: ${remaining.join(', ')}`, 'All content successfully removed'],
      ),
      condition(
        'NamespaceFinalizersRemaining',
        held.length > 0,
        ['SomeFinalizersRemain', 'ContentHasNoFinalizers'],
        [
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
          'All content-preserving finalizers finished',
        ],
      ),
    ],
  })
}

function since(live: Live, type: string, is: boolean): string | undefined {
  const status = live.object.status as JsonObject | undefined
  const conditions = list(status?.conditions) as JsonObject[]
  const found = conditions.find(condition => condition.type === type && condition.status === (is ? 'True' : 'False'))
  return found === undefined ? undefined : text(found.lastTransitionTime)
}
