import { at, isObject, listAt, objectAt, objectsAt, textAt } from '../restore/json.ts'
import type { Result, Results } from '../velero/results.ts'
import type {
  CsiSnapshot,
  ItemOperation,
  LocalSnapshot,
  MovedData,
  NativeSnapshot,
  PodVolume,
} from './types-describe.ts'

// What Velero's files say, one function for an entry of each. Somebody else wrote them: what is missing is '' or 0.

/** The whole of -results.gz. Throws SyntaxError. */
export function resultsOf(value: unknown): Results {
  if (!isObject(value)) throw new SyntaxError('it does not hold results')
  return { errors: resultOf(at(value, 'errors')), warnings: resultOf(at(value, 'warnings')) }
}

function resultOf(value: unknown): Result {
  const namespaces = Object.entries(objectAt(value, 'namespaces') ?? {})
  return {
    velero: textsAt(value, 'velero'),
    cluster: textsAt(value, 'cluster'),
    namespaces: Object.fromEntries(namespaces.map(([name, list]) => [name, textsAt({ list }, 'list')])),
  }
}

function textsAt(value: unknown, key: string): string[] {
  return listAt(value, key).map(text => (typeof text === 'string' ? text : JSON.stringify(text)))
}

/** An entry of -volumeinfo.json.gz of a backup; undefined for one of which there is no snapshot. */
export function snapshotOf(row: unknown): { native: NativeSnapshot } | { csi: CsiSnapshot } | undefined {
  const result = textAt(row, 'result')
  const method = textAt(row, 'backupMethod')
  if (method === 'NativeSnapshot') {
    const info = objectAt(row, 'nativeSnapshotInfo')
    const [handle, type, zone] = [textAt(info, 'snapshotHandle'), textAt(info, 'volumeType'), textAt(info, 'volumeAZ')]
    return { native: { volume: textAt(row, 'pvName'), handle, type, zone, iops: textAt(info, 'iops'), result } }
  }
  if (method !== 'CSISnapshot') return undefined
  const isMoved = at(row, 'snapshotDataMoved') === true
  return {
    csi: {
      claim: claimOf(row),
      result,
      ...(at(row, 'preserveLocalSnapshot') === true && { local: localOf(row, !isMoved) }),
      ...(isMoved && { moved: movedOf(row) }),
    },
  }
}

/** An entry of the same of a restore. */
export function restoredSnapshotOf(row: unknown): CsiSnapshot | undefined {
  if (textAt(row, 'restoreMethod') !== 'CSISnapshot') return undefined
  const isMoved = at(row, 'snapshotDataMoved') === true
  return {
    claim: claimOf(row),
    result: '',
    ...(isMoved ? { moved: movedOf(row) } : { local: localOf(row, true) }),
  }
}

function claimOf(row: unknown): string {
  return `${textAt(row, 'pvcNamespace')}/${textAt(row, 'pvcName')}`
}

function localOf(row: unknown, withOperation: boolean): LocalSnapshot {
  const info = objectAt(row, 'csiSnapshotInfo')
  return {
    operation: withOperation ? textAt(info, 'operationID') : '',
    content: textAt(info, 'vscName'),
    handle: textAt(info, 'snapshotHandle'),
    size: numberAt(info, 'size'),
    driver: textAt(info, 'driver'),
  }
}

function movedOf(row: unknown): MovedData {
  const info = objectAt(row, 'snapshotDataMovementInfo')
  return {
    operation: textAt(info, 'operationID'),
    mover: textAt(info, 'dataMover'),
    uploader: textAt(info, 'uploaderType'),
    size: numberAt(info, 'size'),
    incrementalSize: numberAt(info, 'incrementalSize'),
  }
}

/** An entry of -volumesnapshots.json.gz, which tells of them where there is no file about all volumes. */
export function legacySnapshotOf(row: unknown): NativeSnapshot | undefined {
  const spec = objectAt(row, 'spec')
  const iops = at(spec, 'volumeIOPS')
  return {
    // 1.6 may write the key with a capital.
    volume: textAt(spec, 'persistentVolumeName') || textAt(spec, 'PersistentVolumeName'),
    handle: textAt(row, 'status', 'providerSnapshotID'),
    type: textAt(spec, 'volumeType'),
    zone: textAt(spec, 'volumeAZ'),
    iops: typeof iops === 'number' ? String(iops) : '',
    result: '',
  }
}

/** An entry of -csi-volumesnapshotcontents.json.gz, and then the claim's by -csi-volumesnapshots.json.gz. */
export function legacyContentOf(row: unknown): Omit<LocalSnapshot, 'operation'> {
  return {
    content: textAt(row, 'metadata', 'name'),
    handle: textAt(row, 'status', 'snapshotHandle'),
    size: numberAt(objectAt(row, 'status'), 'restoreSize'),
    driver: textAt(row, 'spec', 'driver'),
  }
}

export function legacyClaimOf(row: unknown): { content: string; claim: string } | undefined {
  const content = textAt(row, 'status', 'boundVolumeSnapshotContentName')
  const claim = textAt(row, 'spec', 'source', 'persistentVolumeClaimName')
  if (content === '' || claim === '') return undefined
  return { content, claim: `${textAt(row, 'metadata', 'namespace')}/${claim}` }
}

/** An entry of -podvolumebackups.json.gz. */
export function podVolumeOf(row: unknown): PodVolume | undefined {
  const pod = objectAt(row, 'spec', 'pod')
  if (pod === undefined) return undefined
  return {
    pod: `${textAt(pod, 'namespace')}/${textAt(pod, 'name')}`,
    volume: textAt(row, 'spec', 'volume'),
    // Until 1.9 there was only one.
    uploader: textAt(row, 'spec', 'uploaderType') || 'restic',
    phase: textAt(row, 'status', 'phase'),
    totalBytes: numberAt(objectAt(row, 'status', 'progress'), 'totalBytes'),
    bytesDone: numberAt(objectAt(row, 'status', 'progress'), 'bytesDone'),
    incrementalBytes: numberAt(objectAt(row, 'status'), 'incrementalBytes'),
  }
}

/** An entry of -itemoperations.json.gz, of a backup or a restore. */
export function operationOf(row: unknown): ItemOperation {
  const [spec, status] = [objectAt(row, 'spec'), objectAt(row, 'status')]
  const time = (key: 'created' | 'started' | 'updated') => {
    const text = textAt(status, key)
    return Number.isNaN(Date.parse(text)) ? {} : { [key]: text }
  }
  return {
    plugin: textAt(spec, 'backupItemAction') || textAt(spec, 'restoreItemAction'),
    item: identifierOf(at(spec, 'resourceIdentifier')),
    id: textAt(spec, 'operationID'),
    itemsToUpdate: objectsAt(spec, 'postOperationItems').map(identifierOf),
    phase: textAt(status, 'phase'),
    error: textAt(status, 'error'),
    completed: numberAt(status, 'nCompleted'),
    total: numberAt(status, 'nTotal'),
    units: textAt(status, 'operationUnits'),
    description: textAt(status, 'description'),
    ...time('created'),
    ...time('started'),
    ...time('updated'),
  }
}

/** Go writes the keys with a capital, and reads them in any case. */
function identifierOf(value: unknown): string {
  const part = (name: string) => textAt(value, name) || textAt(value, name.toLowerCase())
  const resource = [part('Resource'), part('Group')].filter(Boolean).join('.')
  return `${resource} ${part('Namespace')}/${part('Name')}`
}

function numberAt(value: unknown, key: string): number {
  const found = at(value, key)
  return typeof found === 'number' ? found : 0
}
