import type { ApiResource } from '../../cluster/types.ts'
import { DEFINITIONS, groupResource, NAMESPACES, PRIORITY_CLASSES, VOLUMES } from '../../restore/names.ts'
import { resolveLists, type Selection, selectionOf } from '../../restore/selection.ts'
import { NON_RESTORABLE } from '../../velero/defaults-restore.ts'
import { hasWildcard } from '../../velero/globs.ts'
import { recreateResources } from '../../velero/recreate.ts'
import type { Restore, RestoreSpec } from '../../velero/types-restore.ts'
import type { KnownCluster } from './backup.ts'
import type { HeldKind } from './held.ts'
import { isCustomGroup } from './held.ts'
import { ANY, allows, RuleSet } from './rules.ts'
import { hasPatterns, isEverywhere, scopeOf } from './scope.ts'
import type { Rights, Scope } from './types.ts'

/** What a backup holds, as its own list tells. */
export interface Held {
  kinds: readonly HeldKind[]
  namespaces: readonly string[]
}

const RBAC = 'rbac.authorization.k8s.io'
const NAMESPACE = { group: '', name: 'namespaces' }
const CONFIG_MAPS = { group: '', name: 'configmaps' }
const STORAGE_CLASSES = { group: 'storage.k8s.io', name: 'storageclasses' }
const DEFINITION = { group: 'apiextensions.k8s.io', name: 'customresourcedefinitions' }
const [ROLES, CLUSTER_ROLES] = [
  { group: RBAC, name: 'roles' },
  { group: RBAC, name: 'clusterroles' },
]

/** An object is looked for, created, and given its owners back, or merged with what is there, by a patch. */
const WRITE = ['get', 'create', 'patch']

/** What the API server asks for beside the right to write these: else nobody gives out a right that he has not. */
const BESIDE: Record<string, readonly { kind: { group: string; name: string }; verb: string }[]> = {
  [`roles.${RBAC}`]: [{ kind: ROLES, verb: 'escalate' }],
  [`clusterroles.${RBAC}`]: [{ kind: CLUSTER_ROLES, verb: 'escalate' }],
  // Checked in the namespace of the binding, for roles of either kind.
  [`rolebindings.${RBAC}`]: [
    { kind: ROLES, verb: 'bind' },
    { kind: CLUSTER_ROLES, verb: 'bind' },
  ],
  [`clusterrolebindings.${RBAC}`]: [{ kind: CLUSTER_ROLES, verb: 'bind' }],
}

/** Related items, which are restored where cluster-scoped kinds are not chosen. */
const RELATED = [VOLUMES, PRIORITY_CLASSES]

/** Whether the rights follow from the request alone: everything in all namespaces, and nothing is deleted. */
export function isForAnyTarget(restore: Restore): boolean {
  const { spec } = restore
  return (
    isEverywhere(spec) &&
    isEveryKind(spec) &&
    clusterScoped(spec) &&
    recreateResources(restore).length === 0 &&
    (spec.restoreStatus?.includedResources ?? []).every(name => name === '*')
  )
}

function isEveryKind({ includedResources = [], excludedResources = [] }: RestoreSpec): boolean {
  return includedResources.every(name => name === '*') && excludedResources.every(name => NON_RESTORABLE.includes(name))
}

/** Kinds that a person named, each in full. */
function isByName({ includedResources = [] }: RestoreSpec): boolean {
  return includedResources.length > 0 && !includedResources.some(hasWildcard)
}

/** As selectionOf has it: all, unless a namespace is left out or chosen. */
function clusterScoped({ includeClusterResources, ...spec }: RestoreSpec): boolean {
  return includeClusterResources ?? (isEverywhere(spec) && (spec.excludedNamespaces ?? []).length === 0)
}

/**
 * What a restore asks of the API server beyond what every known user may. `restore` has its defaults; `known` is undefined where
 * isForAnyTarget is true, `held` where no backup is named: kinds are then those of the cluster.
 */
export function restoreRights(
  restore: Restore,
  known: KnownCluster | undefined,
  held: Held | undefined,
): Rights & { unknown: string[] } {
  const { spec } = restore
  const { scope, notes } = targetsOf(spec, held)
  const every =
    held === undefined && isEveryKind(spec) && (scope === 'everywhere' ? clusterScoped(spec) : !clusterScoped(spec))
  const kinds = held?.kinds ?? (known?.discovery.resources ?? []).filter(isRestorable).map(asHeld)
  const { lists, unknown } = known
    ? resolveLists(spec, known.discovery, [...new Set(kinds.map(({ stored }) => stored))])
    : {
        lists: { included: spec.includedResources ?? [], excluded: spec.excludedResources ?? [], ...starStatus(spec) },
        unknown: [],
      }
  const selection = selectionOf(spec, lists)
  const rules = new ScopedRules(scope)
  if (every) rules.all(kinds, selection)
  const byName = every ? kinds.filter(({ namespaced }) => !namespaced && scope !== 'everywhere') : kinds
  for (const kind of byName) if (isChosen(kind, selection)) rules.write(kind, selection)
  rules.namespaces(scope)
  rules.definitions(every ? undefined : kinds.filter(kind => isChosen(kind, selection)))
  for (const name of recreateResources(restore)) {
    const found = known?.discovery.resolve(name)
    if (found && selection.includesResource(groupResource(found))) rules.of(found.namespaced).allow(found, ['delete'])
  }
  return {
    ...rules.rights(known, restore.metadata.namespace ?? 'velero'),
    notes: [
      ...notes,
      ...(every || held || isByName(spec)
        ? []
        : [
            'Kinds are named as the cluster served them when this was printed: of one that the backup brings along, nothing is restored. Name the backup with --from-backup to have its kinds.',
          ]),
      ...(known?.discovery.dead ?? []).map(
        ({ apiService }) => `The kinds of ${apiService} are not in it, as it did not answer.`,
      ),
    ],
    unknown,
  }
}

class ScopedRules {
  readonly #scope: Scope
  readonly #cluster = new RuleSet()
  readonly #within = new RuleSet()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  of(namespaced: boolean): RuleSet {
    return namespaced && this.#scope !== 'everywhere' ? this.#within : this.#cluster
  }

  /** Every kind, known or not. Subresources are among them, so that this is as much as there is. */
  all(kinds: readonly HeldKind[], selection: Selection): void {
    const set = this.of(true)
    set.allow(ANY, WRITE)
    for (const kind of kinds) this.#status(kind, selection)
    if (this.#scope === 'everywhere') set.allow(CONFIG_MAPS, ['list'])
    if (selection.restoresStatus('*')) set.allow({ group: '*', name: '*/status' }, ['update'])
    for (const [resource, beside] of Object.entries(BESIDE))
      if (this.#scope === 'everywhere' || !resource.startsWith('cluster'))
        for (const { kind, verb } of beside) set.allow(kind, [verb])
  }

  write(kind: HeldKind, selection: Selection): void {
    const { target, namespaced } = kind
    const set = this.of(namespaced)
    if (groupResource(target) === NAMESPACES) return
    set.allow(target, WRITE)
    this.#status(kind, selection)
    for (const { kind, verb } of BESIDE[groupResource(target)] ?? []) set.allow(kind, [verb])
  }

  #status({ target: { group, name }, namespaced, stored }: HeldKind, selection: Selection): void {
    if (selection.restoresStatus(stored)) this.of(namespaced).allow({ group, name: `${name}/status` }, ['update'])
  }

  /** They are looked at before anything is put into them; those that are named have to be there for their Roles. */
  namespaces(scope: Scope): void {
    this.of(true).allow(NAMESPACE, scope === 'everywhere' ? ['get', 'create'] : ['get'])
  }

  /** Waited for where they are restored; looked at where the cluster serves another version of their kind. */
  definitions(kinds: readonly HeldKind[] | undefined): void {
    const restored = kinds?.some(({ stored }) => stored === DEFINITIONS) ?? this.#scope === 'everywhere'
    if (restored) this.#cluster.allow(DEFINITION, ['list'])
    const custom = kinds?.filter(({ custom }) => custom).map(({ stored }) => stored)
    this.#cluster.allow(DEFINITION, ['get'], custom)
  }

  /** With those for Velero's ConfigMaps, which are looked for in its namespace. */
  rights(known: KnownCluster | undefined, velero: string): Pick<Rights, 'cluster' | 'namespaces'> {
    const there = new Set(known?.namespaces.map(({ name }) => name))
    const within = new Map<string, RuleSet>()
    if (this.#scope !== 'everywhere') for (const name of this.#scope) within.set(name, this.#within)
    if (there.has(velero) && !allows(this.#cluster.rules(), 'list', CONFIG_MAPS)) {
      const own = new RuleSet(within.get(velero))
      own.allow(CONFIG_MAPS, ['get', 'list'])
      within.set(velero, own)
      this.#cluster.allow(STORAGE_CLASSES, ['get'])
    }
    return {
      cluster: this.#cluster.rules(),
      namespaces: [...within].map(([name, set]) => ({ name, missing: !there.has(name), rules: set.rules() })),
    }
  }
}

function targetsOf(spec: RestoreSpec, held: Held | undefined): { scope: Scope; notes: string[] } {
  if (held === undefined && hasPatterns(spec)) {
    const note = `RBAC has no patterns, and which namespaces a backup has for ${spec.includedNamespaces?.join(', ')} is not known: this is good in all namespaces. Name the backup with --from-backup.`
    return { scope: 'everywhere', notes: [note] }
  }
  const { scope, notes } = scopeOf(spec, held?.namespaces ?? [])
  if (scope === 'everywhere') return { scope, notes }
  const targets = scope.map(name => spec.namespaceMapping?.[name] ?? name)
  return { scope: [...new Set(targets)].sort(), notes }
}

function isChosen({ stored, namespaced, target }: HeldKind, selection: Selection): boolean {
  if (groupResource(target) === NAMESPACES) return false
  if (namespaced) return selection.includesResource(stored)
  return selection.selects(stored, '') || (RELATED.includes(stored) && selection.allowsRelated(stored, ''))
}

function isRestorable({ verbs }: ApiResource): boolean {
  return verbs.includes('create') && verbs.includes('get')
}

function asHeld(resource: ApiResource): HeldKind {
  const { group, name, namespaced } = resource
  return { stored: groupResource(resource), target: { group, name }, namespaced, custom: isCustomGroup(group) }
}

/** Of a request whose names are all `*`. */
function starStatus({ restoreStatus }: RestoreSpec) {
  const { includedResources: included = [], excludedResources: excluded = [] } = restoreStatus ?? {}
  return restoreStatus && { status: { included, excluded } }
}
