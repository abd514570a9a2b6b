import { create } from '../create.ts'
import { BACKGROUND, remove } from '../delete.ts'
import { at, clone, find, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { controlled, hashOf } from './owned.ts'
import { createPod } from './pod-template.ts'
import { isReady } from './pods.ts'
import { reviseTemplate } from './revisions.ts'
import { MANAGER, setStatus } from './status.ts'

/** Pods with numbers, each with its own claims, which stay when it goes. */
export function reconcileStatefulSet(all: Objects, live: Live): void {
  const kind = all.kind('', 'v1', 'pods')
  const [name, spec] = [text(live.metadata.name), at(live.object, 'spec')]
  const wanted = Array.from({ length: Number(spec.replicas ?? 1) }, (_, i) => `${name}-${i}`)
  const revision = reviseTemplate(all, live, `${name}-${hashOf(at(spec, 'template'))}`)
  for (const pod of controlled(all, live, kind)) {
    if (!wanted.includes(text(pod.metadata.name))) remove(all, pod, BACKGROUND)
  }
  for (const [i, pod] of wanted.entries()) {
    if (all.find(kind, text(live.metadata.namespace), pod) === undefined) createMember(all, live, pod, i, revision)
  }
  const pods = controlled(all, live, kind)
  const ready = pods.filter(pod => isReady(pod.object)).length
  setStatus(all, live, {
    observedGeneration: live.metadata.generation ?? 1,
    replicas: pods.length,
    ...(ready > 0 && { readyReplicas: ready }),
    ...(pods.length > 0 && { currentReplicas: pods.length, updatedReplicas: pods.length }),
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
    availableReplicas: ready,
  })
}

function createMember(all: Objects, live: Live, pod: string, index: number, revision: string): void {
  const claims = objects(find(live.object, 'spec', 'volumeClaimTemplates'))
  const kind = all.kind('', 'v1', 'persistentvolumeclaims')
  const namespace = text(live.metadata.namespace)
  const volumes = claims.map(claim => ({
    name: text(at(claim, 'metadata').name),
    claim: `${text(at(claim, 'metadata').name)}-${pod}`,
  }))
  for (const [i, { claim }] of volumes.entries()) {
    if (all.find(kind, namespace, claim) !== undefined) continue
    const labels = clone(at(live.object, 'spec', 'selector', 'matchLabels'))
    const object = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim, namespace, labels } }
    create(all, kind, { ...object, spec: clone(at(claims[i] ?? {}, 'spec')) }, { manager: MANAGER, dryRun: false })
  }
  const template = at(live.object, 'spec', 'template', 'spec')
  const others = objects(template.volumes).filter(volume => !volumes.some(({ name }) => name === volume.name))
  const mounted = volumes.map(({ name, claim }) => ({ name, persistentVolumeClaim: { claimName: claim } }))
  createPod(
    all,
    live,
    { name: pod },
    {
      labels: {
        'apps.kubernetes.io/pod-index': String(index),
        'controller-revision-hash': revision,
        'statefulset.kubernetes.io/pod-name': pod,
      },
      spec: {
        hostname: pod,
        ...(text(at(live.object, 'spec').serviceName) && { subdomain: text(at(live.object, 'spec').serviceName) }),
        ...(mounted.length + others.length > 0 && { volumes: [...mounted, ...clone(others)] }),
      },
    },
  )
}
