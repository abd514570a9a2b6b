interface Binding {
  metadata?: { name?: string }
  subjects?: { kind?: string; namespace?: string; name?: string }[]
  roleRef?: { name?: string }
}

/** Names, sorted. */
export interface BoundRoles {
  bindings: string[]
  clusterRoles: string[]
}

/**
 * Which ClusterRoleBindings name a service account. Filled once, before the first service account is asked for; keeps
 * names only, and only of bindings with a subject of kind ServiceAccount. As in Velero, groups such as
 * `system:serviceaccounts` and RoleBindings do not count.
 */
export class ClusterRoleBindingIndex {
  readonly #bySubject = new Map<string, { bindings: Set<string>; clusterRoles: Set<string> }>()

  /** Adds one ClusterRoleBinding of any version. */
  add(json: Buffer): void {
    const binding = JSON.parse(json.toString('utf8')) as Binding
    const name = binding.metadata?.name
    if (!name) return
    for (const subject of binding.subjects ?? []) {
      if (subject.kind !== 'ServiceAccount') continue
      const key = `${subject.namespace ?? ''}/${subject.name ?? ''}`
      const found = this.#bySubject.get(key) ?? { bindings: new Set(), clusterRoles: new Set() }
      found.bindings.add(name)
      if (binding.roleRef?.name) found.clusterRoles.add(binding.roleRef.name)
      this.#bySubject.set(key, found)
    }
  }

  /** What is bound to this service account; empty lists where nothing is. */
  of(namespace: string, name: string): BoundRoles {
    const found = this.#bySubject.get(`${namespace}/${name}`)
    return { bindings: [...(found?.bindings ?? [])].sort(), clusterRoles: [...(found?.clusterRoles ?? [])].sort() }
  }
}
