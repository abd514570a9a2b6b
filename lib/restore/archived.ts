import type { SourceEntry } from '../bucket/archive-source.ts'
import { messageOf } from '../velero/errors.ts'
import { parseLossless } from '../velero/lossless.ts'
import { InvalidObjectError } from './errors.ts'
import { isObject, textAt } from './json.ts'
import type { KubeObject } from './types.ts'

/**
 * The object of an archive's entry. Throws InvalidObjectError for what is no object, or another one than its path says:
 * what is chosen by its path must not be something else.
 */
export function parseEntry({ path, json, namespace, name }: Omit<SourceEntry, 'resource' | 'version'>): KubeObject {
  const fail = (why: string, cause?: unknown) => new InvalidObjectError(`error decoding "${path}": ${why}`, { cause })
  let object: unknown
  try {
    object = parseLossless(json)
  } catch (cause) {
    throw fail(messageOf(cause), cause)
  }
  if (!isObject(object) || textAt(object, 'apiVersion') === '' || textAt(object, 'kind') === '')
    throw fail('it is no Kubernetes object')
  if (!isObject(object.metadata)) throw fail('metadata not found')
  const [own, within] = [textAt(object, 'metadata', 'name'), textAt(object, 'metadata', 'namespace')]
  if (own !== name || within !== namespace)
    throw fail(`it holds another object, ${JSON.stringify(within === '' ? own : `${within}/${own}`)}`)
  return object as KubeObject
}

/** As parseEntry, but undefined for what can't be used. */
export function readObject(entry: SourceEntry): KubeObject | undefined {
  try {
    return parseEntry(entry)
  } catch (error) {
    if (error instanceof InvalidObjectError) return undefined
    throw error
  }
}
