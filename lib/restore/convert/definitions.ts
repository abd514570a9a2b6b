import { keepUnknownFields } from '../actions/crd-preserve-fields.ts'
import { InvalidObjectError } from '../errors.ts'
import { copyJson, objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'

/** CRDs to v1: what v1beta1 says once for all versions is said for each, and unknown fields are dropped unless a schema says so. */
export function definitionV1(definition: KubeObject): void {
  const spec = objectAt(definition, 'spec')
  if (spec === undefined) throw new InvalidObjectError('spec is missing')
  const keeps = spec.preserveUnknownFields !== false
  const versions = versionsOf(spec)
  for (const version of versions) {
    moveTo(version, spec)
    if (keeps) keepUnknownFields(version)
    else if (objectAt(version, 'schema', 'openAPIV3Schema') === undefined) {
      throw new InvalidObjectError(`spec.versions has no schema for ${textAt(version, 'name')}, and v1 needs one`)
    }
    const schema = objectAt(version, 'schema', 'openAPIV3Schema')
    if (schema !== undefined) schema.type ??= 'object'
  }
  spec.versions = versions
  convertConversion(spec)
  for (const field of ['version', 'validation', 'subresources', 'additionalPrinterColumns', 'preserveUnknownFields']) {
    delete spec[field]
  }
}

function versionsOf(spec: JsonObject): JsonObject[] {
  const versions = objectsAt(spec, 'versions')
  if (versions.length > 0) return versions
  const name = textAt(spec, 'version')
  if (name === '') throw new InvalidObjectError('spec.versions is missing')
  return [{ name, served: true, storage: true }]
}

/** Each version gets a copy of its own of what held for all, unless it has one. */
function moveTo(version: JsonObject, { validation, subresources, additionalPrinterColumns }: JsonObject): void {
  const shared = { schema: validation, subresources, additionalPrinterColumns }
  for (const [field, value] of Object.entries(shared)) {
    if (value !== undefined && value !== null) version[field] ??= copyJson(value)
  }
  for (const column of objectsAt(version, 'additionalPrinterColumns')) {
    if (column.JSONPath === undefined) continue
    column.jsonPath = column.JSONPath
    delete column.JSONPath
  }
}

function convertConversion(spec: JsonObject): void {
  const conversion = objectAt(spec, 'conversion')
  if (conversion === undefined || conversion.strategy !== 'Webhook') {
    delete spec.conversion
    return
  }
  const { webhookClientConfig: clientConfig, conversionReviewVersions = ['v1beta1'] } = conversion
  spec.conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions } }
}
