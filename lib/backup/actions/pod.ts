import type { Finding } from '../select/types.ts'
import { mountedClaims, type PodView, VOLUMES_TO_BACK_UP } from './pod-volumes.ts'
import type { BackupItemAction, RelatedItem } from './types.ts'

/** Annotations by which a pod asks a Velero backup for more than its API object, and the answer to each. */
const WISHES: readonly (readonly [annotation: string, answer: string])[] = [
  ['pre.hook.backup.velero.io/command', 'a hook before the backup'],
  ['hook.backup.velero.io/command', 'a hook before the backup'],
  ['post.hook.backup.velero.io/command', 'a hook after the backup'],
  [VOLUMES_TO_BACK_UP, 'a copy of the files in its volumes'],
]

const INSTEAD: Record<string, string> = {
  [VOLUMES_TO_BACK_UP]: 'back the volumes up by other means, or remove the annotation',
}

/** One of these stands in any pod that this action has something to say of; most need not be parsed. */
const CONCERNS = ['"priorityClassName"', '"persistentVolumeClaim"', 'backup.velero.io/'].map(words =>
  Buffer.from(words),
)

/** Brings along the pod's PriorityClass and the claims that it mounts, and tells of wishes that are not met. */
export const pod: BackupItemAction = {
  name: 'velero.io/pod',
  applies: resource => resource.group === '' && resource.name === 'pods',
  run: item => {
    if (!CONCERNS.some(words => item.json.includes(words))) return { related: [], findings: [] }
    const view = item.object() as PodView
    const className = view.spec?.priorityClassName
    const related: RelatedItem[] = className
      ? [{ group: 'scheduling.k8s.io', resource: 'priorityclasses', name: className }]
      : []
    const namespace = item.namespace ?? ''
    for (const name of mountedClaims(view)) {
      related.push({ group: '', resource: 'persistentvolumeclaims', namespace, name })
    }
    const annotations = view.metadata?.annotations ?? {}
    const findings = WISHES.filter(([annotation]) => annotations[annotation]).map(
      ([annotation, wish]): Finding => ({
        level: 'warning',
        message: `the pod's annotation ${annotation} asks for ${wish}, which was not done`,
        error: INSTEAD[annotation] ?? 'run the command by other means, or remove the annotation',
        resource: 'pods',
        namespace,
        name: item.name,
      }),
    )
    return { related, findings }
  },
}
