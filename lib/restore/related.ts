import type { BackupSource, SourceMember } from '../bucket/archive-source.ts'
import { entriesOf, readObject } from './archived.ts'
import { isCompleted } from './completed.ts'
import { objectsAt, textAt } from './json.ts'
import { CLAIMS, keyOf, PODS, PRIORITY_CLASSES, VOLUMES } from './names.ts'
import type { Selection } from './selection.ts'
import type { KubeObject } from './types.ts'
import type { VolumeRecords } from './volume-records.ts'
import { type VolumeDecision, volumeDecision } from './volumes.ts'

/**
 * What is known of a backup's objects before the first is restored: which ones others need, though nobody chose them, and
 * what becomes of each volume. One name for each such object; no more is held.
 */
export interface Related {
  /** Group-resource to keys of the backup. */
  wanted: ReadonlyMap<string, ReadonlySet<string>>
  /** Of the volumes that are restored, by name. */
  volumes: ReadonlyMap<string, VolumeDecision>
}

/**
 * Looks through pods and claims, where not everything is chosen, and through volumes. Velero's rules: a pod needs its
 * claims and its priority class, a bound claim its volume. What can't be parsed is told when its turn comes.
 */
export async function findRelated(
  source: BackupSource,
  selection: Selection,
  records: VolumeRecords,
  chosen: (member: SourceMember) => boolean,
): Promise<Related> {
  const wanted = new Map<string, Set<string>>()
  const want = (resource: string, namespace: string, name: string) => {
    if (name === '' || !selection.allowsRelated(resource, namespace)) return
    const names = wanted.get(resource) ?? new Set()
    wanted.set(resource, names.add(keyOf(namespace, name)))
  }
  const isWanted = (resource: string, key: string) => wanted.get(resource)?.has(key) === true
  const read = async (resource: string, look: (object: KubeObject, namespace: string) => void, all = false) => {
    for (const member of source.members) {
      if (member.resource !== resource || !(all || chosen(member))) continue
      for (const entry of await entriesOf(source, member)) {
        const object = readObject(entry)
        if (object === undefined) continue
        const { namespace, name } = entry
        const selected = selection.selects(resource, namespace) && selection.matchesLabels(object.metadata.labels)
        if (selected || isWanted(resource, keyOf(namespace, name))) look(object, namespace)
      }
    }
  }
  if (selection.partial) {
    await read(PODS, (pod, namespace) => {
      if (hasEnded(pod)) return
      want(PRIORITY_CLASSES, '', textAt(pod, 'spec', 'priorityClassName'))
      for (const volume of objectsAt(pod, 'spec', 'volumes'))
        want(CLAIMS, namespace, textAt(volume, 'persistentVolumeClaim', 'claimName'))
    })
    await read(CLAIMS, claim => {
      if (textAt(claim, 'status', 'phase') === 'Bound') want(VOLUMES, '', textAt(claim, 'spec', 'volumeName'))
    })
  }
  const volumes = new Map<string, VolumeDecision>()
  await read(
    VOLUMES,
    volume => volumes.set(volume.metadata.name, volumeDecision(volume, records.ofVolume(volume))),
    true,
  )
  return { wanted, volumes }
}

function hasEnded(pod: KubeObject): boolean {
  try {
    return isCompleted(PODS, pod)
  } catch {
    // A phase that is no text: the pod is an error when its turn comes, and needs nothing.
    return true
  }
}
