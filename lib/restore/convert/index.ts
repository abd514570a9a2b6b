import { isObject } from '../json.ts'
import type { KubeObject } from '../types.ts'
import { RULES } from './rules.ts'
import type { ConversionRule } from './types.ts'

export interface ServedVersion {
  readonly group: string
  readonly version: string
  /** Group-resource: `ingresses.networking.k8s.io`. */
  readonly resource: string
}

export interface Conversion {
  /** Of the converted object: `networking.k8s.io/v1`. */
  apiVersion: string
  /** Group-resource to write it to: `ingresses.networking.k8s.io`. */
  resource: string
  /** Changes the object in place. Throws InvalidObjectError where the rule can't be applied to it. */
  convert(object: KubeObject): void
}

/**
 * How objects of a version that the target does not serve become ones of a version that it serves; undefined where no
 * rule is known. `resource`: as the archive names it, `ingresses.extensions`.
 */
export function conversionFor(
  resource: string,
  storedApiVersion: string,
  servedVersions: readonly ServedVersion[],
): Conversion | undefined {
  const served = new Set(servedVersions.map(({ group, version, resource }) => `${group}/${version} ${resource}`))
  const rule = RULES.find(
    ({ resource: plural, from, to }) =>
      from === storedApiVersion && resource === inGroup(plural, from) && served.has(`${to} ${inGroup(plural, to)}`),
  )
  return (
    rule && { apiVersion: rule.to, resource: inGroup(rule.resource, rule.to), convert: object => apply(rule, object) }
  )
}

function apply({ from, to, change }: ConversionRule, object: KubeObject): void {
  change?.(object)
  object.apiVersion = to
  // Owners of fields of the old shape mean nothing in the new one; the API server would drop them.
  const owners = object.metadata.managedFields
  if (!Array.isArray(owners)) return
  if (change !== undefined) object.metadata.managedFields = owners.filter(owner => owner?.apiVersion !== from)
  else for (const owner of owners.filter(isObject)) if (owner.apiVersion === from) owner.apiVersion = to
}

function inGroup(plural: string, apiVersion: string): string {
  return `${plural}.${apiVersion.slice(0, apiVersion.indexOf('/'))}`
}
