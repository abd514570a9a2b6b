import type { Controller } from '../controllers.ts'
import { at, find, type JsonObject, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { setStatus } from './status.ts'

const NODE = 'node-0'
const KUBELET = 'kwok'

/** Scheduler and kubelet in one: every pod runs on node-0 at once, a job's ends well, and what was deleted is gone. */
export const runPods: Controller = (all, { type, kind, object }) => {
  if (kind.storage !== '/pods' || type === 'deleted') return
  const metadata = object.metadata as JsonObject
  const live = all.find(kind, text(metadata.namespace), text(metadata.name))
  if (live === undefined) return
  const { deletionTimestamp, finalizers } = live.metadata
  if (deletionTimestamp !== undefined) {
    // The node has ended the containers; only finalizers may still hold the object.
    if (finalizers === undefined) all.remove(live)
    else if (Number(live.metadata.deletionGracePeriodSeconds) > 0)
      all.save(kind, { ...live.object, metadata: { ...live.metadata, deletionGracePeriodSeconds: 0 } }, 'updated')
  } else if (text(at(live.object, 'spec').nodeName) === '') schedule(all, live)
  else if (text(at(live.object, 'spec').nodeName) === NODE && at(live.object, 'status').phase === 'Pending')
    run(all, live)
}

/** Bound by a subresource of its own, which leaves no trace in managedFields. */
function schedule(all: Objects, live: Live): void {
  const spec = { ...at(live.object, 'spec'), nodeName: NODE }
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: all.now() }
  const status = { ...at(live.object, 'status'), conditions: [scheduled] }
  all.save(live.kind, { ...live.object, spec, status }, 'updated')
}

function run(all: Objects, live: Live): void {
  const now = all.now()
  const ofJob = objects(live.metadata.ownerReferences).some(owner => owner.kind === 'Job')
  const podIP = addressFor(live.entry.revision)
  const condition = (type: string, status: string) => ({ type, status, lastProbeTime: null, lastTransitionTime: now })
  const kept = objects(find(live.object, 'status', 'conditions')).filter(({ type }) => type === 'PodScheduled')
  const ready = ofJob ? 'False' : 'True'
  setStatus(
    all,
    live,
    {
      ...at(live.object, 'status'),
      phase: ofJob ? 'Succeeded' : 'Running',
      conditions: [
        ...kept,
        condition('Initialized', 'True'),
        condition('Ready', ready),
        condition('ContainersReady', ready),
      ],
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: now,
      containerStatuses: objects(find(live.object, 'spec', 'containers')).map(container => ({
        name: text(container.name),
        image: text(container.image),
        imageID: '',
        restartCount: 0,
        ready: !ofJob,
        state: ofJob
          ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }
          : { running: { startedAt: now } },
        lastState: {},
      })),
    },
    KUBELET,
  )
}

/** Addresses of 10.0.0.0/8 in the order of scheduling. */
const addressFor = (revision: number) => `10.${(revision >> 16) & 127}.${(revision >> 8) & 255}.${revision & 255}`

export const isReady = (pod: JsonObject): boolean =>
  objects(find(pod, 'status', 'conditions')).some(({ type, status }) => type === 'Ready' && status === 'True')
