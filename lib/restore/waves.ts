import { DEFINITIONS, NAMESPACES } from './names.ts'
import { HIGH, LAST, LOW, MIDDLE_FIRST } from './priorities.ts'

/** Kinds that are restored at the same time. Waves follow each other. */
export interface Wave {
  /** For people: `pods`, `all other kinds`. */
  readonly title: string
  /** Group-resources, as the archive names them. */
  readonly resources: readonly string[]
}

export interface Priorities {
  readonly high: readonly string[]
  readonly low: readonly string[]
}

const DEFAULTS: Priorities = { high: HIGH.map(({ resource }) => resource), low: LOW.map(({ resource }) => resource) }

/**
 * Reads the value of Velero's --restore-resource-priorities: a comma-separated list in which `-` parts what comes first
 * from what comes last. A side that is left out keeps its default. `undefined` or '': the defaults.
 */
export function parsePriorities(text: string | undefined): Priorities {
  const names = (text ?? '').split(',').map(name => name.trim())
  if (names.every(name => name === '')) return DEFAULTS
  const dash = names.indexOf('-')
  const side = (part: readonly string[]) => part.filter(name => name !== '' && name !== '-')
  const high = side(dash === -1 ? names : names.slice(0, dash))
  const low = dash === -1 ? [] : side(names.slice(dash + 1))
  return { high: high.length > 0 ? high : DEFAULTS.high, low: low.length > 0 ? low : DEFAULTS.low }
}

const OTHERS = 'all other kinds'

/**
 * Sorts group-resources into waves: definitions and namespaces first whatever the priorities say, each priority a wave of
 * its own, then all that nobody names, then the low priorities, and last what meddles with other objects. `resolve`
 * answers what a short name stands for, as discovery does.
 */
export function wavesOf(
  resources: readonly string[],
  priorities: Priorities,
  resolve: (name: string) => string | undefined,
): Wave[] {
  const left = new Set(resources)
  const take = (name: string): Wave[] => {
    const found = meant(name, left, resolve)
    if (found === undefined) return []
    left.delete(found)
    return [{ title: found, resources: [found] }]
  }
  const takeAll = (names: readonly string[]) => names.flatMap(take)
  const first = takeAll([DEFINITIONS, NAMESPACES])
  const high = takeAll(priorities.high)
  const low = takeAll(priorities.low)
  const last = takeAll(LAST.map(({ resource }) => resource))
  const revisions = takeAll(MIDDLE_FIRST.map(({ resource }) => resource))
  const others = [...left].sort()
  const middle = others.length > 0 ? [{ title: OTHERS, resources: others }] : []
  return [...first, ...high, ...revisions, ...middle, ...low, ...together(last)]
}

/** Kinds that only have to come after all others need not wait for each other. */
function together(waves: readonly Wave[]): Wave[] {
  const resources = waves.flatMap(wave => wave.resources)
  return resources.length > 0 ? [{ title: 'admission and aggregated APIs', resources }] : []
}

/** The exact name, else what discovery says, else any group's kind of that name. */
function meant(
  name: string,
  left: ReadonlySet<string>,
  resolve: (name: string) => string | undefined,
): string | undefined {
  if (left.has(name)) return name
  const resolved = resolve(name)
  if (resolved !== undefined && left.has(resolved)) return resolved
  return name.includes('.') ? undefined : [...left].find(resource => resource.startsWith(`${name}.`))
}
