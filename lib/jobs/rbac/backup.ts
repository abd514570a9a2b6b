import { bindingsToRead } from '../../backup/action-context.ts'
import { BUILT_IN_GROUPS } from '../../backup/crds.ts'
import { typed } from '../../backup/select/automatic.ts'
import { type NamespaceInfo, type Selection, selectBackup } from '../../backup/select/index.ts'
import { groupResource } from '../../backup/select/resources.ts'
import { discoveryFrom } from '../../cluster/discovery.ts'
import type { ApiResource, Discovery } from '../../cluster/types.ts'
import { hasWildcard } from '../../velero/globs.ts'
import { usesOldFilters } from '../../velero/resource-filters.ts'
import type { BackupSpec } from '../../velero/types.ts'
import { ANY, RuleSet } from './rules.ts'
import { hasPatterns, isEverywhere, scopeOf } from './scope.ts'
import type { Rights, Scope } from './types.ts'

/** What a cluster has, as far as filters may ask for it. */
export interface KnownCluster {
  discovery: Discovery
  namespaces: readonly NamespaceInfo[]
}

const RBAC = 'rbac.authorization.k8s.io'
const NAMESPACES = { group: '', name: 'namespaces' }
const VOLUMES = { group: '', name: 'persistentvolumes' }
const CLAIMS = { group: '', name: 'persistentvolumeclaims' }
const PODS = { group: '', name: 'pods' }
const SECRETS = { group: '', name: 'secrets' }
const SERVICE_ACCOUNTS = { group: '', name: 'serviceaccounts' }
const PRIORITY_CLASSES = { group: 'scheduling.k8s.io', name: 'priorityclasses' }
const CLUSTER_ROLES = { group: RBAC, name: 'clusterroles' }
const BINDINGS = { group: RBAC, name: 'clusterrolebindings' }
const DEFINITIONS = { group: 'apiextensions.k8s.io', name: 'customresourcedefinitions' }
const SNAPSHOT_CLASSES = { group: 'snapshot.storage.k8s.io', name: 'volumesnapshotclasses' }

type Kind = { group: string; name: string }

/** Kinds that others are read for, and those others: by which kind, and in which scope. See lib/backup/actions. */
const RELATED: readonly { of: Kind; reads: Kind }[] = [
  { of: PODS, reads: CLAIMS },
  { of: PODS, reads: PRIORITY_CLASSES },
  { of: CLAIMS, reads: VOLUMES },
  { of: SERVICE_ACCOUNTS, reads: BINDINGS },
  { of: SERVICE_ACCOUNTS, reads: CLUSTER_ROLES },
  { of: SNAPSHOT_CLASSES, reads: SECRETS },
]

const NAMESPACED = [PODS, CLAIMS, SECRETS, SERVICE_ACCOUNTS]
const CLUSTER_SCOPED = [NAMESPACES, VOLUMES, PRIORITY_CLASSES, CLUSTER_ROLES, BINDINGS, DEFINITIONS, SNAPSHOT_CLASSES]

/** Stands for a cluster where every kind is meant: of its kinds only these are asked for by name. */
const ANY_CLUSTER: KnownCluster = { discovery: anyDiscovery(), namespaces: [] }

/**
 * Whether the rights follow from the filters alone: every kind is meant, by a rule for all of them, and no namespace by a pattern. A
 * rule for all kinds can't be kept from namespaced ones, so every cluster-scoped kind beside some namespaces takes their names.
 */
export function isForAnyCluster(spec: BackupSpec): boolean {
  if (hasPatterns(spec) || !isEveryKind(spec)) return false
  return isEverywhere(spec) || !isEveryClusterKind(spec)
}

function isEveryKind(spec: BackupSpec): boolean {
  const all = (list: readonly string[] = []) => list.every(name => name === '*')
  return usesOldFilters(spec)
    ? all(spec.includedResources) && typed(spec.excludedResources).length === 0
    : all(spec.includedNamespaceScopedResources) &&
        typed(spec.excludedNamespaceScopedResources).length === 0 &&
        all(spec.includedClusterScopedResources) &&
        typed(spec.excludedClusterScopedResources).length === 0
}

function isEveryClusterKind(spec: BackupSpec): boolean {
  if (usesOldFilters(spec)) return spec.includeClusterResources ?? isEverywhere(spec)
  return (spec.includedClusterScopedResources ?? []).length > 0
}

/**
 * What a backup asks of the API server beyond what every known user may: lists of what its plan collects, and reads of what that
 * leads to. `spec` has its defaults. `known` is undefined where isForAnyCluster is true.
 */
export function backupRights(spec: BackupSpec, known: KnownCluster | undefined): Rights & Pick<Selection, 'unknown'> {
  const { discovery, namespaces } = known ?? ANY_CLUSTER
  const { scope, notes } = scopeOf(
    spec,
    namespaces.map(({ name }) => name),
  )
  const selection = selectBackup(
    spec,
    discovery,
    namespacesOf(known, scope),
    undefined,
    known !== undefined || scope === 'everywhere',
  )
  const [inCluster, inNamespaces] = [new RuleSet(), new RuleSet()]
  const of = (namespaced: boolean) => (namespaced && scope !== 'everywhere' ? inNamespaces : inCluster)
  const collected = discovery.resources.filter(selection.collects)
  if (known === undefined) of(true).allow(ANY, ['list'])
  else for (const kind of collected) of(kind.namespaced).allow(kind, ['get', 'list'])
  // Asked for at the start, whatever is stored: patterns, labels and the end of namespaces show there.
  inCluster.allow(NAMESPACES, ['list'])
  const find = (kind: Kind) => discovery.resources.find(each => each.group === kind.group && each.name === kind.name)
  for (const { of: owner, reads } of RELATED) {
    const [from, to] = [find(owner), find(reads)]
    if (from === undefined || to === undefined || !selection.collects(from)) continue
    const allowed = to.namespaced ? selection.collects(to) : selection.allowsRelated(to, undefined)
    if (allowed) of(to.namespaced).allow(reads, ['get'])
  }
  const accounts = find(SERVICE_ACCOUNTS)
  if (accounts && selection.collects(accounts) && bindingsToRead(discovery, selection))
    inCluster.allow(BINDINGS, ['list'])
  const definitions = find(DEFINITIONS)
  // One that is listed may be read again, in the version that it was made in.
  if (definitions && selection.collects(definitions)) inCluster.allow(DEFINITIONS, ['get'])
  if (selection.addsCustomResourceDefinitions) {
    const custom = collected.filter(({ group }) => group !== '' && !BUILT_IN_GROUPS.has(group)).map(groupResource)
    inCluster.allow(DEFINITIONS, ['get'], known && custom)
  }
  // A rule for all kinds lists them only: to get them all would be to get pods/exec and nodes/proxy too.
  if (known === undefined)
    for (const name of Object.keys(spec.orderedResources ?? {})) of(true).allow({ group: '*', name }, ['get'])
  return {
    cluster: inCluster.rules(),
    namespaces: namespaced(scope, inNamespaces),
    notes: [...notes, ...(known === undefined ? anyNotes(spec) : knownNotes(spec, known))],
    unknown: selection.unknown,
  }
}

function namespacesOf(known: KnownCluster | undefined, scope: Scope): readonly NamespaceInfo[] {
  if (known !== undefined) return known.namespaces
  return scope === 'everywhere' ? [] : scope.map(name => ({ name, labels: {}, terminating: false }))
}

function namespaced(scope: Scope, set: RuleSet): Rights['namespaces'] {
  const rules = set.rules()
  if (scope === 'everywhere' || rules.length === 0) return []
  return scope.map(name => ({ name, missing: false, rules }))
}

function anyNotes(spec: BackupSpec): string[] {
  if (!isEverywhere(spec) || isEveryClusterKind(spec)) return []
  return [
    'RBAC has no word for all namespaced kinds: cluster-scoped ones may be listed too, which this backup leaves out.',
  ]
}

function knownNotes(spec: BackupSpec, { discovery }: KnownCluster): string[] {
  const lists = [spec.includedResources, spec.includedNamespaceScopedResources, spec.includedClusterScopedResources]
  const included = lists.flatMap(list => list ?? [])
  const open = included.length === 0 || included.some(hasWildcard)
  return [
    ...(open
      ? [
          'Kinds are named as the cluster served them when this was printed. Of a kind that is installed later nothing may be read, and the backup is PartiallyFailed: print it anew then.',
        ]
      : []),
    ...discovery.dead.map(({ apiService }) => `The kinds of ${apiService} are not in it, as it did not answer.`),
  ]
}

function anyDiscovery(): Discovery {
  const resource =
    (namespaced: boolean) =>
    ({ group, name }: Kind): ApiResource => ({
      group,
      name,
      version: 'v1',
      singularName: '',
      kind: '',
      namespaced,
      verbs: ['get', 'list', 'create', 'delete'],
      shortNames: [],
    })
  const resources = [...NAMESPACED.map(resource(true)), ...CLUSTER_SCOPED.map(resource(false))]
  return discoveryFrom({ resources, served: resources, dead: [] })
}
