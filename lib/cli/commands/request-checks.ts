import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { labelValueProblems, qualifiedNameProblems } from '../../velero/kubernetes-names.ts'
import { validateName } from '../../velero/names.ts'
import type { SelectionFlags } from '../flags/selection-flags.ts'
import type { ShownObject } from '../output/encode.ts'

export function refuseBothSelectors({ selector, orSelector }: SelectionFlags): void {
  if (selector && orSelector) {
    throw new InvalidInputError("either a 'selector' or an 'or-selector' can be specified, but not both")
  }
}

/** Refuses names and labels that Kubernetes would not take: Velero has its objects there. */
export function checkMetadata({ kind, metadata }: Pick<ShownObject, 'kind' | 'metadata'>): void {
  const problem = validateName(metadata.name)
  if (problem !== undefined) {
    const name = goQuote(metadata.name)
    throw new InvalidInputError(
      `${kind}.velero.io ${name} is invalid: metadata.name: Invalid value: ${name}: ${problem}`,
    )
  }
  refuseAny([
    ...Object.keys(metadata.labels ?? {}).flatMap(key => keyProblems('--labels', key)),
    ...Object.entries(metadata.labels ?? {}).flatMap(([key, value]) =>
      labelValueProblems(value).map(text => `--labels: invalid value ${goQuote(value)} of ${goQuote(key)}: ${text}`),
    ),
    ...Object.keys(metadata.annotations ?? {}).flatMap(key => keyProblems('--annotations', key.toLowerCase())),
  ])
}

function keyProblems(flag: string, key: string): string[] {
  return qualifiedNameProblems(key).map(text => `${flag}: invalid key ${goQuote(key)}: ${text}`)
}

/** Several at once as Kubernetes joins them. */
export function refuseAny(problems: readonly string[]): void {
  const distinct = [...new Set(problems)]
  if (distinct.length === 0) return
  throw new InvalidInputError(distinct.length === 1 ? String(distinct[0]) : `[${distinct.join(', ')}]`)
}
