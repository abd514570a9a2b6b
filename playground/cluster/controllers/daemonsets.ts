import { at, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { hashOf, scale } from './owned.ts'
import { createPod } from './pod-template.ts'
import { isReady } from './pods.ts'
import { reviseTemplate } from './revisions.ts'
import { setStatus } from './status.ts'

/** One pod, for the one node. */
export function reconcileDaemonSet(all: Objects, live: Live): void {
  const hash = hashOf(at(live.object, 'spec', 'template'))
  const name = text(live.metadata.name)
  reviseTemplate(all, live, `${name}-${hash}`)
  const nodes = all.all(all.kind('', 'v1', 'nodes')).length
  const pods = scale(all, live, all.kind('', 'v1', 'pods'), nodes, () =>
    createPod(
      all,
      live,
      { generateName: `${name}-` },
      { labels: { 'controller-revision-hash': hash, 'pod-template-generation': '1' } },
    ),
  )
  const ready = pods.filter(pod => isReady(pod.object)).length
  setStatus(all, live, {
    currentNumberScheduled: pods.length,
    numberMisscheduled: 0,
    desiredNumberScheduled: nodes,
    numberReady: ready,
    observedGeneration: live.metadata.generation ?? 1,
    ...(pods.length > 0 && { updatedNumberScheduled: pods.length }),
    ...(ready > 0 && { numberAvailable: ready }),
  })
}
