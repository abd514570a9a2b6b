import { isObject, type Json, type JsonObject, list } from '../json.ts'
import { fill } from './fill.ts'

/**
 * A custom object held to its schema: what no property names is dropped unless the schema preserves it, and defaults
 * come in. Numbers become what the server's Go makes of them: 64-bit integers stay, all others are doubles.
 */
export function customDefaults(schema: JsonObject, object: JsonObject): void {
  const { apiVersion, kind, metadata, ...rest } = object
  const content = shape(schema, normalise(rest)) as JsonObject
  for (const key of Object.keys(rest)) delete object[key]
  Object.assign(object, content)
}

function shape(schema: JsonObject, value: Json): Json {
  if (Array.isArray(value))
    return isObject(schema.items) ? value.map(item => shape(schema.items as JsonObject, item)) : value
  if (!isObject(value)) return value
  const properties = isObject(schema.properties) ? schema.properties : {}
  const additional = schema.additionalProperties
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true
  const kept = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    const property = Object.hasOwn(properties, key) ? properties[key] : isObject(additional) ? additional : undefined
    if (isObject(property)) return [[key, shape(property, item ?? null)]]
    return preserves || additional === true || schema['x-kubernetes-embedded-resource'] === true
      ? [[key, item ?? null]]
      : []
  })
  const shaped: JsonObject = Object.fromEntries(kept)
  for (const [key, property] of Object.entries(properties)) {
    if (isObject(property) && property.default !== undefined && shaped[key] === undefined)
      fill(shaped, { [key]: shape(property, property.default) })
  }
  return shaped
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

export function normalise(value: Json): Json {
  if (Array.isArray(value)) return list(value).map(normalise)
  if (typeof value !== 'object' || value === null) return value
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalise(item ?? null)]))
  const digits = value.rawJSON
  const integer = /^-?\d+$/.test(digits) ? BigInt(digits) : undefined
  if (integer !== undefined && integer >= INT64.min && integer <= INT64.max) return value
  // A double prints the same in Go and here; -0 is 0 there.
  return Number(digits) + 0
}
