import { at, clone, equal, find, type JsonObject, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { controlled, hashOf, ownerReference } from './owned.ts'
import { change, MANAGER } from './status.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const DESIRED = 'deployment.kubernetes.io/desired-replicas'
const MAXIMUM = 'deployment.kubernetes.io/max-replicas'

/** One ReplicaSet for the present template, with all replicas; those of former templates keep none. */
export function reconcileDeployment(all: Objects, live: Live): void {
  const kind = all.kind('apps', 'v1', 'replicasets')
  const sets = controlled(all, live, kind)
  const replicas = Number(at(live.object, 'spec').replicas ?? 1)
  const hash = hashOf(at(live.object, 'spec', 'template'))
  if (!sets.some(set => isOfTemplate(live, set))) createSet(all, live, hash, replicas, sets.length + 1)
  for (const set of controlled(all, live, kind)) resize(all, set, isOfTemplate(live, set) ? replicas : 0)
  const current = controlled(all, live, kind).find(set => isOfTemplate(live, set))
  if (current !== undefined) report(all, live, current, replicas)
}

/** By the template, but for its hash: the set's name may come from another cluster's way to hash. */
function isOfTemplate(live: Live, set: Live): boolean {
  const template = clone(at(set.object, 'spec', 'template'))
  delete at(template, 'metadata', 'labels')['pod-template-hash']
  return equal(template, at(live.object, 'spec', 'template'))
}

/** As a rolling update by a quarter counts it. */
const surge = (replicas: number) => replicas + Math.ceil(replicas / 4)

function createSet(all: Objects, live: Live, hash: string, replicas: number, revision: number): void {
  const template = clone(at(live.object, 'spec', 'template'))
  const labels = { ...at(template, 'metadata', 'labels'), 'pod-template-hash': hash }
  const selector = clone(at(live.object, 'spec', 'selector'))
  const metadata = {
    name: `${text(live.metadata.name)}-${hash}`,
    namespace: text(live.metadata.namespace),
    generation: 1,
    labels,
    annotations: { [DESIRED]: String(replicas), [MAXIMUM]: String(surge(replicas)), [REVISION]: String(revision) },
    ownerReferences: [ownerReference(live)],
  }
  const spec = {
    replicas,
    selector: { ...selector, matchLabels: { ...at(selector, 'matchLabels'), 'pod-template-hash': hash } },
    template: { ...template, metadata: { ...at(template, 'metadata'), labels } },
  }
  const kind = all.kind('apps', 'v1', 'replicasets')
  all.make(kind, MANAGER, metadata, { spec, status: { replicas: 0 } })
}

function resize(all: Objects, set: Live, replicas: number): void {
  if (at(set.object, 'spec').replicas === replicas) return
  const generation = Number(set.metadata.generation ?? 1) + 1
  const spec = { ...at(set.object, 'spec'), replicas }
  change(all, set, { ...set.object, metadata: { ...set.metadata, generation }, spec })
}

function report(all: Objects, live: Live, set: Live, wanted: number): void {
  const { replicas, readyReplicas } = at(set.object, 'status')
  const [there, ready] = [Number(replicas ?? 0), Number(readyReplicas ?? 0)]
  const done = ready >= wanted
  const name = text(set.metadata.name)
  const revision = text(at(set.metadata, 'annotations')[REVISION]) || '1'
  const annotations = { ...at(live.metadata, 'annotations'), [REVISION]: revision }
  const now = all.now()
  const before = objects(find(live.object, 'status', 'conditions'))
  const condition = (type: string, status: string, reason: string, message: string): JsonObject => {
    const old = before.find(known => known.type === type && known.status === status && known.reason === reason)
    const times = { lastUpdateTime: old?.lastUpdateTime ?? now, lastTransitionTime: old?.lastTransitionTime ?? now }
    return { type, status, ...times, reason, message }
  }
  const status = {
    observedGeneration: live.metadata.generation ?? 1,
    ...(there > 0 && { replicas: there, updatedReplicas: there }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    terminatingReplicas: 0,
    ...(ready < wanted && { unavailableReplicas: wanted - ready }),
    conditions: [
      done
        ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
        : condition(
            'Available',
            'False',
            'MinimumReplicasUnavailable',
            'Deployment does not have minimum availability.',
          ),
      done
        ? condition(
            'Progressing',
            'True',
            'NewReplicaSetAvailable',
            `ReplicaSet "${name}" has successfully progressed.`,
          )
        : condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
    ],
  }
  if (equal(live.object.status, status) && equal(live.metadata.annotations, annotations)) return
  change(all, live, { ...live.object, metadata: { ...live.metadata, annotations }, status }, MANAGER, 'status')
}
