import { parseLossless, stringifyLossless } from './lossless.ts'
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
    // A look first: most claims stay as they are, and the lossless way costs several times a plain parse.
    if (!clean(view, context.backupName)) return { related, findings: [] }
    const claim = parseLossless(item.json) as ClaimView
    clean(claim, context.backupName)
    return { json: stringifyLossless(claim), related, findings: [] }
  },
}

/** Changes the claim in place; says whether anything changed. */
function clean(claim: ClaimView, backupName: string): boolean {
  const spec = claim.spec ?? {}
  let changed = remove(spec, ['dataSource', 'dataSourceRef'])
  if (spec.storageClassName !== '') {
    changed = remove(spec, ['selector']) || changed
  } else {
    const wanted = spec.selector?.matchLabels ?? {}
    const marks = Object.keys(wanted).filter(key => key.startsWith('velero.io/'))
    changed = remove(wanted, marks) || changed
    if (marks.length > 0 && Object.keys(wanted).length === 0) delete spec.selector?.matchLabels
  }
  const labels = claim.metadata?.labels ?? {}
  const otherBackup = labels['velero.io/backup-name'] !== backupName ? ['velero.io/backup-name'] : []
  if (remove(labels, [...STALE_LABELS, ...otherBackup])) {
    changed = true
    if (Object.keys(labels).length === 0) delete claim.metadata?.labels
  }
  return changed
}

function remove(from: object, keys: readonly string[]): boolean {
  const present = keys.filter(key => Object.hasOwn(from, key))
  for (const key of present) delete (from as Record<string, unknown>)[key]
  return present.length > 0
}
