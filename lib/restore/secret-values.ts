import type { ItemOutcome } from './account.ts'
import { objectAt, textAt } from './json.ts'
import type { KubeObject } from './types.ts'

/** What stands in place of a value. */
const HIDDEN = '<redacted>'

/** Shorter ones are looked for in quotes only: a message in which each `a` is hidden tells nothing. */
const SHORT = 4
/** Lines of a value are looked for by themselves, from this length: a message may quote a key's first one. */
const LINE = 16

/**
 * What became of a Secret, without its values: API servers and webhooks quote what they refuse, and what is told of a restore is
 * read by more people than the Secret.
 */
export function withoutSecretValues(stored: KubeObject, outcome: ItemOutcome): ItemOutcome {
  const { findings, why, group } = outcome
  if (findings.length === 0 && why === undefined && group === undefined) return outcome
  const values = valuesOf(stored)
  const hide = (text: string) => values.reduce((hidden, value) => hidden.replaceAll(value, HIDDEN), text)
  return {
    ...outcome,
    findings: findings.map(finding => ({ ...finding, message: hide(finding.message) })),
    ...(why !== undefined && { why: hide(why) }),
    ...(group && { group: { ...group, message: hide(group.message) } }),
  }
}

/** In every form in which a message may quote them, the longest first: a shorter one may be part of it. */
function valuesOf(stored: KubeObject): string[] {
  const encoded = Object.values(objectAt(stored, 'data') ?? {}).filter(value => typeof value === 'string')
  const plain = Object.values(objectAt(stored, 'stringData') ?? {}).filter(value => typeof value === 'string')
  const applied = textAt(stored, 'metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration')
  const texts = [...encoded, ...plain, ...encoded.map(value => Buffer.from(value, 'base64').toString('utf8')), applied]
  const forms = texts.filter(Boolean).flatMap(text => {
    const quoted = JSON.stringify(text)
    if (text.length < SHORT) return [quoted]
    const lines = text.split('\n').filter(line => line.length >= LINE)
    return [text, quoted.slice(1, -1), ...lines]
  })
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}
