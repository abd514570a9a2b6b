import { parseDocument, type ScalarTag, type Tags, type YAMLError } from 'yaml'
import { InvalidInputError, messageOf } from './errors.ts'
import { isRawNumber, parseLossless } from './lossless.ts'

/** Types of YAML 1.1 that Kubernetes' reader takes for text, such as `2026-11-22`; `1:30` is another. */
const TEXT = ['binary', 'omap', 'pairs', 'set', 'timestamp'].map(name => `tag:yaml.org,2002:${name}`)
/** And one that it knows from YAML 1.2: `0o644`. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^0o[0-7]+$/,
  resolve: text => BigInt(text),
}

/**
 * Reads one YAML or JSON document as Kubernetes' own tools do (sigs.k8s.io/yaml): by YAML 1.1, where `yes` is true and
 * `0644` is 420. Whole numbers keep their digits, as in velero/lossless.ts. Throws InvalidInputError.
 */
export function readYaml(text: string): unknown {
  const document = parseDocument(text, { version: '1.1', intAsBigInt: true, customTags: asKubernetes })
  const [broken] = document.errors
  if (broken !== undefined) throw new InvalidInputError(`yaml: ${wording(broken)}`)
  try {
    return jsonValue(document.toJS({ mapAsMap: true }))
  } catch (error) {
    throw new InvalidInputError(`yaml: ${messageOf(error)}`, { cause: error }) // Aliases that multiply beyond reason.
  }
}

function wording({ code, message }: YAMLError): string {
  return code === 'MULTIPLE_DOCS' ? 'more than one document' : (message.split('\n')[0] ?? '').replace(/:$/, '')
}

function asKubernetes(tags: Tags): Tags {
  return [OCTAL, ...tags.filter(tag => typeof tag === 'string' || (!TEXT.includes(tag.tag) && tag.format !== 'TIME'))]
}

function jsonValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonValue)
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, member]) => [keyOf(key), jsonValue(member)]))
  if (typeof value === 'bigint') return parseLossless(Buffer.from(String(value)))
  if (typeof value === 'number' && !Number.isFinite(value)) throw new InvalidInputError(`JSON can't hold ${value}`)
  return value
}

function keyOf(key: unknown): string {
  if (typeof key !== 'object') return String(key)
  throw new InvalidInputError(`a ${key === null ? 'null' : 'map or list'} can't be the name of a field`)
}

/** The same value with the numbers and booleans in it as text, for where every field is one. */
export function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts)
  if (isRawNumber(value)) return value.rawJSON
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]))
}
