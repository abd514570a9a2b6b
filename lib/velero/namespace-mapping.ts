import { byBytes } from './byte-order.ts'
import { goQuote } from './go-quote.ts'
import { namespaceNameProblems } from './kubernetes-names.ts'

/** What is wrong with a mapping of namespaces, source to target. Velero takes any. */
export function namespaceMappingProblems(mapping: Record<string, string> = {}): string[] {
  const entries = Object.entries(mapping).sort(([a], [b]) => byBytes(a, b))
  const sources = Map.groupBy(entries, ([, target]) => target)
  return [
    ...[...new Set(entries.flat())].flatMap(nameProblems),
    ...[...sources]
      .filter(([, several]) => several.length > 1)
      .map(([target, several]) =>
        overlap(
          several.map(([source]) => source),
          target,
        ),
      ),
  ]
}

function nameProblems(name: string): string[] {
  return namespaceNameProblems(name).map(
    problem => `namespaceMapping: ${goQuote(name)} is no name of a namespace: ${problem}`,
  )
}

function overlap(sources: string[], target: string): string {
  const names = `${sources.slice(0, -1).join(', ')} and ${sources.at(-1)}`
  const all = sources.length === 2 ? 'both' : 'all'
  return `namespaceMapping: namespaces ${names} are ${all} mapped to ${target}; objects of the same name would overwrite each other`
}
