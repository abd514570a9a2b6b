import type { ApiResource, Discovery } from '../cluster/types.ts'
import { orderedNames } from '../velero/ordered-resources.ts'
import type { BackupSpec, LabelSelector } from '../velero/types.ts'
import type { RelatedItem } from './actions/index.ts'
import { groupResource, NAMESPACES } from './select/resources.ts'
import type { Selection } from './select/types.ts'

/** One list to read: a resource, in one namespace or all, by one selector or none. */
export interface Unit {
  /** Names the unit in checkpoints. */
  id: string
  resource: ApiResource
  namespace?: string
  selector?: LabelSelector
  /** Selectors whose lists yield an object before this one does: it is stored once. */
  earlier: readonly LabelSelector[]
  /** What spec.orderedResources puts first. */
  ordered: readonly { namespace?: string; name: string }[]
}

/**
 * Lists of single namespaces cost a request each, a list of the whole cluster reads what it does not need. A few
 * namespaces are listed by themselves, many by one list that is filtered here.
 */
const FEW_NAMESPACES = 8

export function listsByNamespace(selection: Selection, existing: number): boolean {
  const count = selection.namespaces?.length
  return count !== undefined && (count <= FEW_NAMESPACES || count * 4 <= existing)
}

/** All lists of a backup, by namespace or not, but that of the namespaces themselves, which is decided by what the others yield. */
export function planUnits(
  spec: BackupSpec,
  selection: Selection,
  resources: readonly ApiResource[],
  existingNamespaces: readonly string[],
  byNamespace: boolean,
): Unit[] {
  const names = selection.namespaces ?? existingNamespaces
  return resources
    .filter(resource => groupResource(resource) !== NAMESPACES && selection.collects(resource))
    .flatMap(resource => {
      if (!resource.namespaced) return unitsOf(spec, selection, resource, undefined)
      if (selection.namespaces?.length === 0) return []
      if (!byNamespace) return unitsOf(spec, selection, resource, undefined)
      return names.flatMap(namespace => unitsOf(spec, selection, resource, namespace))
    })
}

/**
 * Whether the plan's own lists yield a related item anyway, so that it need not be stored apart. With selectors its kind
 * and namespace don't tell: it has to be looked at.
 */
export function isListed(item: RelatedItem, selection: Selection, discovery: Discovery): boolean {
  if (selection.selectors.some(selector => selector !== undefined)) return false
  const resource = discovery.resources.find(({ group, name }) => group === item.group && name === item.resource)
  if (resource === undefined || !selection.collects(resource)) return false
  return item.namespace === undefined || selection.includesNamespace(item.namespace)
}

/** The lists that take the place of a cluster-wide one that is forbidden. */
export function narrowed(unit: Unit, namespaces: readonly string[]): Unit[] {
  return namespaces.map(namespace => ({
    ...unit,
    id: unitId(unit.resource, namespace, unit.earlier.length),
    namespace,
    ordered: unit.ordered.filter(item => item.namespace === namespace),
  }))
}

function unitsOf(spec: BackupSpec, selection: Selection, resource: ApiResource, namespace: string | undefined): Unit[] {
  const value = spec.orderedResources?.[resource.name]
  const all = value === undefined ? [] : orderedNames([...new Set(value.split(','))].join(','))
  const ordered = namespace === undefined ? all : all.filter(item => item.namespace === namespace)
  const selectors = selection.selectors.filter(selector => selector !== undefined)
  if (selectors.length === 0)
    return [
      {
        id: unitId(resource, namespace, 0),
        resource,
        ...(namespace !== undefined && { namespace }),
        earlier: [],
        ordered,
      },
    ]
  return selectors.map((selector, index) => ({
    id: unitId(resource, namespace, index),
    resource,
    ...(namespace !== undefined && { namespace }),
    selector,
    earlier: selectors.slice(0, index),
    ordered,
  }))
}

function unitId(resource: ApiResource, namespace: string | undefined, selector: number): string {
  return [groupResource(resource), namespace ?? '', selector].join(' ')
}
