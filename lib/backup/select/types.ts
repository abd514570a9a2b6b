import type { ApiResource } from '../../cluster/types.ts'
import type { LabelSelector } from '../../velero/types.ts'

/** Something a run must report. Where Velero has a text for it, `message` is that text. */
export interface Finding {
  level: 'error' | 'warning'
  message: string
  /** The cause, or what to do about it. */
  error?: string
  /** Plural, as Velero's log fields have it: `pods`, `deployments.apps`. */
  resource?: string
  /** Absent: the finding concerns the run. Empty: something cluster-scoped. */
  namespace?: string
  name?: string
}

/** An existing namespace, as far as the selection needs it. */
export interface NamespaceInfo {
  name: string
  labels: Record<string, string>
  /** Whether its status.phase is anything but Active. */
  terminating: boolean
}

/** The lists of a resource policies ConfigMap's `includeExcludePolicy`. */
export interface IncludeExcludePolicy {
  includedClusterScopedResources?: readonly string[] | undefined
  excludedClusterScopedResources?: readonly string[] | undefined
  includedNamespaceScopedResources?: readonly string[] | undefined
  excludedNamespaceScopedResources?: readonly string[] | undefined
}

/** What one generation of resource filters says of a type. Both answers assume that the type can be backed up at all. */
export interface ResourceFilter {
  /** May its objects be collected by listing? */
  includes(resource: ApiResource): boolean
  /** Is it kept out even where an action relates to an object of it? Asked of cluster-scoped types only. */
  excludes(resource: ApiResource): boolean
}

/** Cluster-scoped kinds that a default kept out of a backup of everything, and the flag that adds them. */
export interface LeftOut {
  kinds: number
  flag: string
}

/** Every decision on what a backup holds that can be taken before its first list. */
export interface Selection {
  /** `null`: every namespace, also one that appears meanwhile; cluster-wide lists are right. Else these names, sorted. */
  readonly namespaces: readonly string[] | null
  includesNamespace(name: string): boolean
  /**
   * May objects of this resource be collected by listing? Of `namespaces` too, whose objects
   * `storesNamespaceObject` then decides one by one.
   */
  collects(resource: ApiResource): boolean
  /** May an object that an action relates to be stored? Its label and deletion rules are the caller's. */
  allowsRelated(resource: ApiResource, namespace: string | undefined): boolean
  /** Whether each stored custom resource brings its CRD along: where CRDs are neither collected nor excluded. */
  readonly addsCustomResourceDefinitions: boolean
  /** Whether this Namespace object is stored; `hasCollectedItems`: some list yielded an object in it. */
  storesNamespaceObject(namespace: NamespaceInfo, hasCollectedItems: boolean): boolean
  /** One list per entry; `undefined` is a list without a selector. An object may be in several of them. */
  readonly selectors: readonly (LabelSelector | undefined)[]
  /** spec.excludedNamespaces as the record keeps it: with the namespaces that are labelled as excluded. */
  readonly excludedNamespaces: readonly string[]
  readonly leftOut?: LeftOut
  readonly findings: readonly Finding[]
  /** Names in include lists that nothing in the cluster answers to. */
  readonly unknown: { readonly namespaces: readonly string[]; readonly resources: readonly string[] }
}
