/** `pods`, `deployments.apps`: how Velero writes a kind in filters, paths and logs. */
export function groupResource({ group, name }: { group: string; name: string }): string {
  return group === '' ? name : `${name}.${group}`
}

export const NAMESPACES = 'namespaces'
export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'
export const PODS = 'pods'
export const CLAIMS = 'persistentvolumeclaims'
export const VOLUMES = 'persistentvolumes'
export const PRIORITY_CLASSES = 'priorityclasses.scheduling.k8s.io'

/** The archive's key of an object: `ns/name`, or `name`. */
export function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

/** How Velero's messages name an object: `deployments.apps/shop/web`. */
export function idOf(resource: string, namespace: string, name: string): string {
  return `${resource}/${keyOf(namespace, name)}`
}
