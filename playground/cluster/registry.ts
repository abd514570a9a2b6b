import { BUILT_IN, type GroupVersion, groupVersion, type Kind } from './kinds.ts'

/** A group-version as discovery shows it. `stale`: an aggregated API that does not answer. */
export interface ServedVersion extends GroupVersion {
  stale: boolean
}

/** Which kinds are served at present: the built-in ones, those of CustomResourceDefinitions, and dead aggregated APIs. */
export class Registry {
  readonly #kinds = new Map<string, Kind>()
  readonly #custom = new Map<string, readonly Kind[]>()
  readonly #dead = new Map<string, ServedVersion>()

  constructor() {
    for (const kind of BUILT_IN.flatMap(version => version.kinds)) this.#kinds.set(path(kind), kind)
  }

  find(group: string, version: string, resource: string): Kind | undefined {
    return this.#kinds.get(path({ group, version, resource }))
  }

  /** The kind that an object's apiVersion and kind name. */
  ofObject(apiVersion: string, kind: string): Kind | undefined {
    return this.kinds().find(served => served.kind === kind && groupVersion(served) === apiVersion)
  }

  /** Every kind, with all its versions. */
  kinds(): Kind[] {
    return [...this.#kinds.values()]
  }

  /** The kinds whose objects lie at `storage`, best version first. */
  atStorage(storage: string): Kind[] {
    return this.kinds().filter(kind => kind.storage === storage)
  }

  /** Serves the versions of one CustomResourceDefinition in place of those it had; none takes it away. */
  define(definition: string, kinds: readonly Kind[]): void {
    for (const kind of this.#custom.get(definition) ?? []) this.#kinds.delete(path(kind))
    this.#custom.delete(definition)
    if (kinds.length > 0) this.#custom.set(definition, kinds)
    for (const kind of kinds) this.#kinds.set(path(kind), kind)
  }

  /** Announces an aggregated API that nobody answers, or with `undefined` takes it back. */
  announce(apiService: string, dead: Omit<GroupVersion, 'kinds'> | undefined): void {
    if (dead === undefined) this.#dead.delete(apiService)
    else this.#dead.set(apiService, { ...dead, kinds: [], stale: true })
  }

  isDead(group: string, version: string): boolean {
    return [...this.#dead.values()].some(dead => dead.group === group && dead.version === version)
  }

  dead(): string[] {
    return [...this.#dead.values()].map(groupVersion)
  }

  isServed(group: string, version?: string): boolean {
    return this.versions().some(
      served => served.group === group && (version === undefined || served.version === version),
    )
  }

  /** All group-versions in the order of discovery: by group, then by version, the preferred one first. */
  versions(): ServedVersion[] {
    const builtIn = BUILT_IN.map(version => ({ ...version, stale: false }))
    const extra = [...this.#customVersions(), ...this.#dead.values()]
    const priority = new Map<string, number>()
    for (const { group, groupPriority } of extra) priority.set(group, Math.max(priority.get(group) ?? 0, groupPriority))
    extra.sort(
      (a, b) =>
        (priority.get(b.group) ?? 0) - (priority.get(a.group) ?? 0) ||
        (a.group < b.group ? -1 : a.group > b.group ? 1 : b.versionPriority - a.versionPriority),
    )
    return [...builtIn, ...extra]
  }

  #customVersions(): ServedVersion[] {
    const versions = new Map<string, Kind[]>()
    for (const kind of [...this.#custom.values()].flat()) {
      versions.set(groupVersion(kind), [...(versions.get(groupVersion(kind)) ?? []), kind])
    }
    const ordered = [...versions.values()].sort(([a], [b]) => compareVersions(a?.version ?? '', b?.version ?? ''))
    return ordered.flatMap((kinds, i) => {
      const [first] = kinds
      if (first === undefined) return []
      const sorted = kinds.sort((a, b) => (a.resource < b.resource ? -1 : 1))
      // As the server's own controller numbers them: 1000 for the group, from 100 down for its versions.
      const place = { groupPriority: 1000, versionPriority: 100 - i }
      return [{ group: first.group, version: first.version, ...place, kinds: sorted, stale: false }]
    })
  }
}

const path = (of: { group: string; version: string; resource: string }) => `${of.group}/${of.version}/${of.resource}`

/** Kubernetes' order of versions: v2, v1, v1beta2, v1beta1, v1alpha1, then anything else by name. */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string) => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
    if (major === undefined) return [0, 0, 0]
    return [stage === undefined ? 3 : stage === 'beta' ? 2 : 1, Number(major), Number(minor ?? 0)]
  }
  const [left, right] = [rank(a), rank(b)]
  for (const i of [0, 1, 2]) {
    const difference = (right[i] ?? 0) - (left[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a < b ? -1 : a > b ? 1 : 0
}
