import { textAt } from './json.ts'
import type { JsonObject } from './types.ts'

export interface NamespacedName {
  namespace: string
  name: string
}

/** What a backup knows of the contents of one volume that it holds, or tried to hold. */
export interface VolumeRecord {
  method: 'PodVolumeBackup' | 'CSISnapshot' | 'NativeSnapshot'
  /** The PersistentVolume; '' where the backup does not tell. */
  volume: string
  claim?: NamespacedName
  /** Of a PodVolumeBackup: the pod, and the volume in its spec. */
  pod?: NamespacedName & { volume: string }
  /** An id in the cloud, a CSI handle, or an id in the repository; '' where the backup of the contents failed. */
  snapshot: string
  /** What reads it: `kopia`, `restic`, a CSI driver; '' where the backup does not tell. */
  reader: string
  /** A CSI snapshot whose contents lie in the backup repository. */
  moved?: true
}

/** The records of a backup, to be looked up; as many as it has volumes with contents. */
export class VolumeRecords {
  readonly #byVolume = new Map<string, VolumeRecord>()
  readonly #byClaim = new Map<string, VolumeRecord>()
  readonly #byPod = new Map<string, VolumeRecord[]>()

  /** Add in the order of VOLUME_FILES: of two records of one volume the first counts. */
  add(record: VolumeRecord): void {
    const { volume, claim, pod } = record
    if (volume !== '' && !this.#byVolume.has(volume)) this.#byVolume.set(volume, record)
    if (claim !== undefined && !this.#byClaim.has(key(claim))) this.#byClaim.set(key(claim), record)
    if (volume !== '' || claim !== undefined || pod === undefined) return
    const others = this.#byPod.get(key(pod)) ?? []
    if (!others.some(other => other.pod?.volume === pod.volume)) this.#byPod.set(key(pod), [...others, record])
  }

  /** Of a PersistentVolume of the backup: by its name, else by the claim that it is bound to. */
  ofVolume(volume: JsonObject): VolumeRecord | undefined {
    const claimRef = {
      namespace: textAt(volume, 'spec', 'claimRef', 'namespace'),
      name: textAt(volume, 'spec', 'claimRef', 'name'),
    }
    return this.#byVolume.get(textAt(volume, 'metadata', 'name')) ?? this.#byClaim.get(key(claimRef))
  }

  /** Of a claim of the backup: by its name, else by the volume that it is bound to. */
  ofClaim(claim: JsonObject): VolumeRecord | undefined {
    const name = { namespace: textAt(claim, 'metadata', 'namespace'), name: textAt(claim, 'metadata', 'name') }
    return this.#byClaim.get(key(name)) ?? this.#byVolume.get(textAt(claim, 'spec', 'volumeName'))
  }

  /** Of a pod's volumes that have no claim. */
  ofPod(namespace: string, name: string): readonly VolumeRecord[] {
    return this.#byPod.get(key({ namespace, name })) ?? []
  }
}

function key({ namespace, name }: NamespacedName): string {
  return `${namespace}/${name}`
}
