import { parseLossless, stringifyLossless } from '../../velero/lossless.ts'
import type { BackupItemAction, RelatedItem } from './types.ts'

interface ClaimView {
  metadata?: { labels?: Record<string, string> }
  spec?: {
    volumeName?: string
    storageClassName?: string
    dataSource?: unknown
    dataSourceRef?: unknown
    selector?: { matchLabels?: Record<string, string> } | null
  }
  status?: { phase?: string }
}

/** Labels by which an earlier Velero operation marked the claim. */
const STALE_LABELS = [
  'velero.io/restore-name',
  'velero.io/volume-snapshot-name',
  'backup.velero.io/must-include-additional-items',
]

/**
 * Brings along a bound claim's PersistentVolume, and takes from the claim what would keep a restored one from being
 * provisioned: its data source, its selector (but for `storageClassName: ""`, where only a selector finds a volume),
 * and Velero's own marks. (Velero calls this action of claims `pv`.)
 */
export const pv: BackupItemAction = {
  name: 'velero.io/pv',
  applies: resource => resource.group === '' && resource.name === 'persistentvolumeclaims',
  run: (item, context) => {
    const view = item.object() as ClaimView
    const volume = view.spec?.volumeName
    if (view.status?.phase !== 'Bound' || !volume) return { related: [], findings: [] }
    const related: RelatedItem[] = [{ group: '', resource: 'persistentvolumes', name: volume }]
    const paths = superfluous(view, context.backupName)
    if (paths.length === 0) return { related, findings: [] }
    const claim = parseLossless(item.json)
    for (const path of paths) remove(claim, path)
    return { json: stringifyLossless(claim), related, findings: [] }
  },
}

function superfluous(claim: ClaimView, backupName: string): string[][] {
  const { spec, metadata } = claim
  const labels = Object.entries(metadata?.labels ?? {}).filter(
    ([key, value]) => STALE_LABELS.includes(key) || (key === 'velero.io/backup-name' && value !== backupName),
  )
  const wanted = Object.keys(spec?.selector?.matchLabels ?? {})
  return [
    ...['dataSource', 'dataSourceRef'].filter(key => present(spec, key)).map(key => ['spec', key]),
    ...(spec?.storageClassName === ''
      ? wanted.filter(key => key.startsWith('velero.io/')).map(key => ['spec', 'selector', 'matchLabels', key])
      : present(spec, 'selector')
        ? [['spec', 'selector']]
        : []),
    ...labels.map(([key]) => ['metadata', 'labels', key]),
  ]
}

function present(object: object | undefined, key: string): boolean {
  return object !== undefined && Object.hasOwn(object, key)
}

/** Removes what is at the path, and a map of labels that is empty then. */
function remove(object: unknown, path: readonly string[]): void {
  const [key = '', ...rest] = path
  const map = object as Record<string, unknown>
  if (rest.length === 0) {
    delete map[key]
    return
  }
  remove(map[key], rest)
  if ((key === 'labels' || key === 'matchLabels') && Object.keys(map[key] as object).length === 0) delete map[key]
}
