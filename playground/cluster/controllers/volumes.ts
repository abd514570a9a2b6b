import type { Controller } from '../controllers.ts'
import { at, find, isObject, type JsonObject, objects, text } from '../json.ts'
import type { Live, Objects } from '../objects.ts'
import { change, release, setStatus } from './status.ts'

const COMPLETED = 'pv.kubernetes.io/bind-completed'

const CONCERNED = new Set(['/persistentvolumeclaims', '/persistentvolumes', '/pods'])

/** Binds claims to the volumes that they name, and lets go of what is deleted and not in use. */
export const bindVolumes: Controller = (all, { kind, object }) => {
  if (!CONCERNED.has(kind.storage)) return
  const metadata = object.metadata as JsonObject
  const live = all.find(kind, text(metadata.namespace), text(metadata.name))
  if (kind.storage === '/persistentvolumeclaims' && live !== undefined) claim(all, live)
  if (kind.storage === '/persistentvolumes' && live !== undefined) volume(all, live)
  if (kind.storage === '/persistentvolumeclaims' && live === undefined) released(all, object)
  if (kind.storage === '/pods' && live === undefined) {
    for (const there of all.all(all.kind('', 'v1', 'persistentvolumeclaims'), text(metadata.namespace)))
      claim(all, there)
  }
}

const volumeOf = (all: Objects, name: string) => all.find(all.kind('', 'v1', 'persistentvolumes'), '', name)

function claim(all: Objects, live: Live): void {
  const [name, namespace] = [text(live.metadata.name), text(live.metadata.namespace)]
  if (live.metadata.deletionTimestamp !== undefined) {
    const used = all
      .all(all.kind('', 'v1', 'pods'), namespace)
      .flatMap(pod => objects(find(pod.object, 'spec', 'volumes')))
      .some(volume => at(volume, 'persistentVolumeClaim').claimName === name)
    if (!used) release(all, live, ['kubernetes.io/pvc-protection'])
    return
  }
  const volume = volumeOf(all, text(at(live.object, 'spec').volumeName))
  if (volume === undefined || at(live.object, 'status').phase === 'Bound') return
  const reference = at(volume.object, 'spec', 'claimRef')
  const claimed = isObject(find(volume.object, 'spec', 'claimRef'))
  const isOurs =
    reference.namespace === namespace && reference.name === name && (reference.uid ?? live.entry.uid) === live.entry.uid
  if (claimed && !isOurs) return
  const claimRef = {
    kind: 'PersistentVolumeClaim',
    namespace,
    name,
    uid: live.entry.uid,
    apiVersion: 'v1',
    resourceVersion: text(live.metadata.resourceVersion),
  }
  change(all, volume, {
    ...volume.object,
    spec: { ...at(volume.object, 'spec'), claimRef: { ...claimRef, ...reference, uid: live.entry.uid } },
  })
  const bound = volumeOf(all, text(volume.metadata.name))
  if (bound !== undefined)
    setStatus(all, bound, { ...at(bound.object, 'status'), phase: 'Bound', lastPhaseTransitionTime: all.now() })
  const annotations = { ...at(live.metadata, 'annotations'), [COMPLETED]: 'yes' }
  change(all, live, { ...live.object, metadata: { ...live.metadata, annotations } })
  const fresh = all.find(live.kind, namespace, name)
  const { accessModes, capacity } = at(volume.object, 'spec')
  if (fresh !== undefined) setStatus(all, fresh, { phase: 'Bound', accessModes, capacity })
}

function volume(all: Objects, live: Live): void {
  const phase = at(live.object, 'status').phase
  const reference = at(live.object, 'spec', 'claimRef')
  if (live.metadata.deletionTimestamp !== undefined) {
    if (phase !== 'Bound') release(all, live, ['kubernetes.io/pv-protection'])
    return
  }
  if (phase !== 'Pending') return
  setStatus(all, live, { ...at(live.object, 'status'), phase: 'Available', lastPhaseTransitionTime: all.now() })
  const waiting = all.all(all.kind('', 'v1', 'persistentvolumeclaims'), text(reference.namespace))
  for (const there of waiting) if (at(there.object, 'spec').volumeName === live.metadata.name) claim(all, there)
}

/** A volume whose claim is gone waits for a person, and goes if it was deleted before. */
function released(all: Objects, claim: JsonObject): void {
  const live = volumeOf(all, text(at(claim, 'spec').volumeName))
  if (live === undefined || at(live.object, 'spec', 'claimRef').uid !== at(claim, 'metadata').uid) return
  setStatus(all, live, { ...at(live.object, 'status'), phase: 'Released', lastPhaseTransitionTime: all.now() })
}
