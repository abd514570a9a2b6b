import { byBytes } from '../../velero/byte-order.ts'
import type { ObjectMeta } from '../../velero/types.ts'
import { bold, red } from './colours.ts'

// Lines that more than one kind has in `describe`, in the layout of Velero 1.18, for `alignTabs`.

export const NONE = '<none>'

export function joined(list: readonly string[] | undefined, none: string): string {
  return list?.join(', ') || none
}

export function triState(value: boolean | undefined, yes = 'true', no = 'false'): string {
  if (value === undefined) return 'auto'
  return value ? yes : no
}

/** `none`: what is said where there are no labels or annotations. */
export function metadataText({ name, namespace = '', labels, annotations }: ObjectMeta, none = NONE): string[] {
  return [
    `Name:\t${bold(name)}`,
    `Namespace:\t${namespace}`,
    ...mapText('Labels', labels, none),
    ...mapText('Annotations', annotations, none),
  ]
}

export function mapText(title: string, entries: Record<string, string> = {}, none = NONE): string[] {
  const pairs = Object.entries(entries).toSorted(([a], [b]) => byBytes(a, b))
  if (pairs.length === 0) return [`${title}:\t${none}`]
  return pairs.map(([key, value], i) => `${i === 0 ? `${title}:` : ''}\t${key}=${value}`)
}

/** A reference to a ConfigMap: `Resource policies`, `Resource modifier`. */
export function referenceText(title: string, reference: { kind: string; name: string } | undefined): string[] {
  return reference === undefined ? [] : ['', `${title}:`, `\tType:\t${reference.kind}`, `\tName:\t${reference.name}`]
}

export function validationErrors(texts: readonly string[] = []): string[] {
  if (texts.length === 0) return []
  return ['', ...texts.map((text, i) => `${i === 0 ? 'Validation errors:' : ''}\t${red(text)}`)]
}

/** Velero tells it nowhere. */
export function failureReason(reason: string | undefined): string[] {
  return reason ? ['', `Failure reason:\t${red(reason)}`] : []
}
