import { type BackupSource, DamagedMemberError, type SourceEntry, type SourceMember } from '../bucket/archive-source.ts'
import { messageOf } from '../velero/errors.ts'
import { parseLossless } from '../velero/lossless.ts'
import { InvalidObjectError } from './errors.ts'
import { isObject, textAt } from './json.ts'
import type { KubeObject } from './types.ts'

/** Of apiVersion and kind: what stands in the rows of lists must not break them. */
const WORD = /^[\w./-]+$/

/**
 * The object of an archive's entry. Throws InvalidObjectError for what is no object, or another one than its path says:
 * what is chosen by its path must not be something else.
 */
export function parseEntry({ path, json, namespace, name }: Omit<SourceEntry, 'resource' | 'version'>): KubeObject {
  const fail = (why: string) => new InvalidObjectError(`error decoding "${path}": ${why}`)
  let object: unknown
  try {
    object = parseLossless(json)
  } catch (error) {
    throw fail(`it is not valid JSON${placeOf(error)}`)
  }
  if (!isObject(object) || !WORD.test(textAt(object, 'apiVersion')) || !WORD.test(textAt(object, 'kind')))
    throw fail('it is no Kubernetes object')
  if (!isObject(object.metadata)) throw fail('metadata not found')
  const [own, within] = [textAt(object, 'metadata', 'name'), textAt(object, 'metadata', 'namespace')]
  if (own !== name || within !== namespace)
    throw fail(`it holds another object, ${JSON.stringify(within === '' ? own : `${within}/${own}`)}`)
  return object as KubeObject
}

/** The parser's message has some of the text around it, which may be a secret. */
function placeOf(error: unknown): string {
  const [place] = / at position \d+/.exec(messageOf(error)) ?? []
  return place ?? ''
}

/** All entries of a member; none of one that is damaged, which is told when it is restored. */
export async function entriesOf(source: BackupSource, member: SourceMember): Promise<readonly SourceEntry[]> {
  try {
    return await source.read(member)
  } catch (error) {
    if (error instanceof DamagedMemberError) return []
    throw error
  }
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
