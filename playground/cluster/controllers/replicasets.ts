import { at } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { scale } from './owned.ts'
import { createPod } from './pod-template.ts'
import { isReady } from './pods.ts'
import { setStatus } from './status.ts'

/** ReplicaSets and ReplicationControllers: as many pods as they ask for. */
export function reconcileReplicas(all: Objects, live: Live): void {
  const wanted = Number(at(live.object, 'spec').replicas ?? 1)
  const pods = scale(all, live, all.kind('', 'v1', 'pods'), wanted, () =>
    createPod(all, live, { generateName: `${live.metadata.name}-` }),
  )
  const ready = pods.filter(pod => isReady(pod.object)).length
  setStatus(all, live, {
    replicas: pods.length,
    ...(pods.length > 0 && { fullyLabeledReplicas: pods.length }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    terminatingReplicas: 0,
    observedGeneration: live.metadata.generation ?? 1,
  })
}
