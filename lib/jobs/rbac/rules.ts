/** A rule of a Role or ClusterRole. */
export interface Rule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

/** In the order in which people write them. */
const VERBS = ['get', 'list', 'create', 'update', 'patch', 'delete', 'bind', 'escalate']

export const ANY = { group: '*', name: '*' } as const

interface Entry {
  group: string
  name: string
  names: readonly string[]
  verbs: Set<string>
}

/** Gathers what is allowed kind by kind, and gives it as few rules. */
export class RuleSet {
  readonly #entries: Map<string, Entry>

  /** With what another one has at this time. */
  constructor(other?: RuleSet) {
    const entries = other === undefined ? [] : [...other.#entries]
    this.#entries = new Map(entries.map(([key, entry]) => [key, { ...entry, verbs: new Set(entry.verbs) }]))
  }

  /** `names`: of these objects only; none, then nothing is added. */
  allow({ group, name }: { group: string; name: string }, verbs: readonly string[], names?: readonly string[]): void {
    if (names?.length === 0) return
    const sorted = [...new Set(names)].sort()
    const key = [group, name, ...sorted].join('\0')
    const entry = this.#entries.get(key) ?? { group, name, names: sorted, verbs: new Set() }
    for (const verb of verbs) entry.verbs.add(verb)
    this.#entries.set(key, entry)
  }

  /** Kinds of a group with the same verbs are one rule. What a rule for all kinds allows is not said again. */
  rules(): Rule[] {
    const entries = [...this.#entries.values()]
    const rules = new Map<string, Rule>()
    for (const entry of entries) {
      const left = [...entry.verbs].filter(
        verb => !entries.some(other => covers(other, entry) && other.verbs.has(verb)),
      )
      if (left.length === 0) continue
      const verbs = left.sort((a, b) => VERBS.indexOf(a) - VERBS.indexOf(b))
      const key = [entry.group, ...verbs, '', ...entry.names].join('\0')
      const rule = rules.get(key) ?? {
        apiGroups: [entry.group],
        resources: [],
        ...(entry.names.length > 0 && { resourceNames: [...entry.names] }),
        verbs,
      }
      rule.resources.push(entry.name)
      rules.set(key, rule)
    }
    return [...rules.values()].map(rule => ({ ...rule, resources: rule.resources.sort() }))
  }
}

function covers(wider: Entry, entry: Entry): boolean {
  if (wider === entry || wider.names.length > 0) return false
  if (wider.group === '*' && wider.name === '*') return true
  return wider.group === entry.group && wider.name === entry.name && entry.names.length > 0
}

/** Whether the rules allow this for every object of a kind. */
export function allows(
  rules: readonly Rule[],
  verb: string,
  { group, name }: { group: string; name: string },
): boolean {
  return rules.some(
    rule =>
      rule.resourceNames === undefined &&
      rule.verbs.includes(verb) &&
      has(rule.apiGroups, group) &&
      has(rule.resources, name),
  )
}

const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value)
