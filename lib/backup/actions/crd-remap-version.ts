import type { BackupItemAction } from './types.ts'

interface DefinitionView {
  apiVersion?: string
  spec?: { preserveUnknownFields?: boolean; versions?: { schema?: { openAPIV3Schema?: unknown } }[] }
  status?: { conditions?: { type?: string }[] }
}

/**
 * A CRD made in the days of v1beta1 may not be valid as v1. While the cluster still serves v1beta1 (Kubernetes before
 * 1.22), such a one is stored in that form.
 */
export const crdRemapVersion: BackupItemAction = {
  name: 'velero.io/crd-remap-version',
  applies: resource => resource.group === 'apiextensions.k8s.io' && resource.name === 'customresourcedefinitions',
  run: (item, context) => {
    const asItIs = { related: [], findings: [] }
    if (!context.serves('apiextensions.k8s.io/v1beta1', 'customresourcedefinitions')) return asItIs
    const definition = item.object() as DefinitionView
    // Lists of built-in kinds leave apiVersion out of their items.
    const version = definition.apiVersion ?? `${item.resource.group}/${item.resource.version}`
    return version === 'apiextensions.k8s.io/v1' && dates(definition)
      ? { ...asItIs, refetch: { version: 'v1beta1' } }
      : asItIs
  },
}

/** Signs that only v1beta1 allowed: no schema, a schema that is not structural, unknown fields kept everywhere. */
function dates(definition: DefinitionView): boolean {
  const [first] = definition.spec?.versions ?? []
  return (
    (first !== undefined && !first.schema?.openAPIV3Schema) ||
    (definition.status?.conditions ?? []).some(condition => condition.type === 'NonStructuralSchema') ||
    definition.spec?.preserveUnknownFields === true
  )
}
