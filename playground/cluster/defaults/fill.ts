import { isObject, type Json, type JsonObject } from '../json.ts'

/** Sets what is absent, object by object; what is there stays. */
export function fill(target: JsonObject, defaults: JsonObject): void {
  for (const [key, value] of Object.entries(defaults)) {
    const there = target[key]
    if (there === undefined || there === null) target[key] = copy(value ?? null)
    else if (isObject(there) && isObject(value)) fill(there, value)
  }
}

const copy = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(copy)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copy(v ?? null)])) : value
}
