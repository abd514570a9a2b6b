import { MODIFIERS_ANNOTATION, PRIORITIES_ANNOTATION, RECREATE_ANNOTATION } from '../../velero/annotations.ts'
import type { ExistingResourcePolicy, Restore, RestoreSpec } from '../../velero/types-restore.ts'
import { said } from '../flags/kinds.ts'
import { metadataOf, selectionOf, withoutUndefined } from './manifest-parts.ts'
import type { RestoreCreateFlags } from './restore-create-flags.ts'

/**
 * The Restore that the flags describe, as Velero's client sends it, but for its source: see restore-source.ts. What only
 * Lateen knows is in annotations.
 */
export function restoreManifest(
  flags: RestoreCreateFlags,
  name: string,
  namespace: string,
  resourceModifiers: string | undefined,
): Restore {
  const { resourceModifierConfigmap, namespaceMappings, existingResourcePolicy, parallelFilesDownload } = flags
  const writeSparseFiles = said(flags.writeSparseFiles)
  return {
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: metadataOf(name, namespace, flags.labels, annotations(flags, resourceModifiers)),
    spec: withoutUndefined<RestoreSpec>({
      ...selectionOf(flags),
      namespaceMapping: namespaceMappings,
      restorePVs: said(flags.restoreVolumes),
      restoreStatus: statusOf(flags),
      preserveNodePorts: said(flags.preserveNodeports),
      existingResourcePolicy: (existingResourcePolicy || undefined) as ExistingResourcePolicy | undefined,
      itemOperationTimeout: flags.itemOperationTimeout,
      resourceModifier: resourceModifierConfigmap
        ? { apiGroup: '', kind: 'configmap', name: resourceModifierConfigmap }
        : undefined,
      uploaderConfig: {
        ...(writeSparseFiles !== undefined && { writeSparseFiles }),
        ...(parallelFilesDownload && { parallelFilesDownload }),
      },
    }),
  }
}

/** Velero drops a list of excludes alone. */
function statusOf({ statusIncludeResources: included, statusExcludeResources: excluded }: RestoreCreateFlags) {
  if (!included?.length) return undefined
  return { includedResources: included, ...(excluded?.length && { excludedResources: excluded }) }
}

function annotations(
  { annotations: given, recreateResources, restoreResourcePriorities: priorities }: RestoreCreateFlags,
  modifiers: string | undefined,
): Record<string, string> | undefined {
  const recreate = recreateResources?.filter(Boolean).join(',')
  const ours = {
    ...(recreate && { [RECREATE_ANNOTATION]: recreate }),
    ...(modifiers && { [MODIFIERS_ANNOTATION]: modifiers }),
    ...(priorities && { [PRIORITIES_ANNOTATION]: priorities }),
  }
  return Object.keys(ours).length === 0 ? given : { ...given, ...ours }
}
