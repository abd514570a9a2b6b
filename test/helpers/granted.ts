import type { Rights } from '../../lib/jobs/rbac/types.ts'

/** A user who has these rights and no others, as an API server would judge; keeps what was refused, and what nobody asked for. */
export class Granted {
  /** `list secrets in dark`, sorted, each once. */
  readonly #refused = new Set<string>()
  readonly #unused = new Set<string>()
  #rights: Rights

  constructor(rights: Rights) {
    this.#rights = rights
    for (const { rules, verb, resource, place } of this.#each()) {
      if (rules.verbs.includes(verb)) this.#unused.add(`${verb} ${resource} ${place}`)
    }
  }

  get refused(): string[] {
    return [...this.#refused].sort()
  }

  /** Of rules that name their kinds. */
  get unused(): string[] {
    return [...this.#unused].sort()
  }

  readonly authorise = (verb: string, resource: string, namespace: string): boolean => {
    const place = namespace === '' ? 'cluster' : namespace
    let allowed = false
    for (const each of this.#each()) {
      if (each.place !== 'cluster' && each.place !== place) continue
      if (each.verb !== verb || !matches(each.resource, resource)) continue
      this.#unused.delete(`${verb} ${each.resource} ${each.place}`)
      allowed = true
    }
    if (!allowed) this.#refused.add(`${verb} ${resource} in ${place}`)
    return allowed
  };

  *#each() {
    const places = [{ name: 'cluster', rules: this.#rights.cluster }, ...this.#rights.namespaces]
    for (const { name: place, rules: all } of places)
      for (const rules of all)
        for (const verb of rules.verbs)
          for (const group of rules.apiGroups)
            for (const name of rules.resources) yield { rules, verb, place, resource: qualified(group, name) }
  }
}

/** `pods/status`, `deployments.apps/status`, as the embedded cluster says it; `pods.*` of any group. */
function qualified(group: string, name: string): string {
  const [kind = '', subresource] = name.split('/')
  const base = kind === '*' || group === '' ? kind : `${kind}.${group}`
  return subresource === undefined ? base : `${base}/${subresource}`
}

function matches(rule: string, resource: string): boolean {
  if (rule === '*') return true
  const [kind, subresource] = rule.split('/')
  const [asked, askedSub] = resource.split('/')
  const ofAny = kind?.endsWith('.*') && asked?.split('.')[0] === kind.slice(0, -2)
  return (kind === '*' || kind === asked || ofAny === true) && subresource === askedSub
}
