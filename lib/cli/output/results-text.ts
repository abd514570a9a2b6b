import type { Artifact } from '../../jobs/types-describe.ts'
import { byBytes } from '../../velero/byte-order.ts'
import type { Result, Results } from '../../velero/results.ts'

export interface Counts {
  errors?: number
  warnings?: number
}

/** Warnings, then errors, each where there are any. `missing`: what is said where they were counted and not kept. */
export function resultsText(
  results: Artifact<Results> | undefined,
  { errors = 0, warnings = 0 }: Counts,
  missing: readonly string[],
): string[] {
  if (results === undefined) return []
  if (results.is === 'missing') return [...missing]
  if (results.is === 'unreadable') return unreadable(results.why)
  return [
    ...(warnings > 0 ? ['', ...resultText('Warnings', results.value.warnings)] : []),
    ...(errors > 0 ? ['', ...resultText('Errors', results.value.errors)] : []),
  ]
}

export function unreadable(why: string): string[] {
  return [`Warnings:\t<error getting warnings: ${why}>`, '', `Errors:\t<error getting errors: ${why}>`]
}

function resultText(title: string, { velero, cluster, namespaces = {} }: Result): string[] {
  const names = Object.keys(namespaces).toSorted(byBytes)
  return [
    `${title}:`,
    ...list('\t', 'Velero', velero),
    ...list('\t', 'Cluster', cluster),
    names.length === 0 ? '\tNamespaces: <none>' : '\tNamespaces:',
    ...names.flatMap(name => list('\t\t', name, namespaces[name])),
  ]
}

/** An empty list has an empty cell more, as in Velero. */
function list(indent: string, title: string, texts: readonly string[] = []): string[] {
  if (texts.length === 0) return [`${indent}${title}:\t${indent}<none>`]
  return texts.map((text, i) => `${indent}${i === 0 ? `${title}:` : ''}\t${text}`)
}
