import { contentBytes } from '../bucket/member.ts'
import type { SortedRows } from '../bucket/segments.ts'
import type { RawItem } from '../cluster/item.ts'
import type { BackupSpec } from '../velero/types.ts'
import { type ClaimMount, claimMounts, type VolumeInfo, volumeInfo } from './actions/index.ts'
import type { Acted } from './item.ts'

// Which pod mounts a volume's claim shows in objects that are stored far apart. Both leave a row that begins with the
// claim, a mount's (M) before a volume's (P), and are brought together in the order of claims when all are there.

interface Volume {
  metadata: { name: string; labels?: Record<string, string> }
  spec?: { claimRef?: { namespace?: string; name?: string }; persistentVolumeReclaimPolicy?: string }
}

/** The rows that a stored object leaves for NAME-volumeinfo.json.gz: pods and PersistentVolumes do. */
export function volumeRows(groupResource: string, raw: RawItem, acted: Acted, spec: BackupSpec): string[] {
  if (groupResource === 'pods' && acted.view !== undefined)
    return claimMounts(acted.view, spec).map(({ claim, pod, fsBackup }) =>
      [raw.namespace, claim, 'M', pod, fsBackup ? '1' : '0'].join('\0'),
    )
  if (groupResource !== 'persistentvolumes') return []
  const { metadata, spec: volume } = JSON.parse(contentBytes(acted.content).toString('utf8')) as Volume
  const claimRef = volume?.claimRef && { namespace: volume.claimRef.namespace, name: volume.claimRef.name }
  const view = {
    metadata: { name: metadata.name, labels: metadata.labels },
    spec: { claimRef, persistentVolumeReclaimPolicy: volume?.persistentVolumeReclaimPolicy },
  }
  return [[claimRef?.namespace ?? '', claimRef?.name ?? '', 'P', JSON.stringify(view)].join('\0')]
}

/** One entry for each stored volume, in the order of claims. */
export async function* volumeInfos(rows: SortedRows, spec: BackupSpec): AsyncGenerator<VolumeInfo> {
  let claim = ''
  let mounts: ClaimMount[] = []
  for await (const row of rows.read()) {
    const [namespace = '', name = '', type, ...rest] = row.split('\0')
    if (`${namespace}/${name}` !== claim) mounts = []
    claim = `${namespace}/${name}`
    if (type === 'M') mounts.push({ pod: rest[0] ?? '', claim: name, fsBackup: rest[1] === '1' })
    else yield volumeInfo(Buffer.from(rest.join('\0')), name === '' ? [] : mounts, spec)
  }
}
