import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { messageOf } from './errors.ts'

/** What a YAML node must be: a struct with known fields, or one of the simple types. */
export type Shape =
  | 'string'
  | 'strings'
  | 'map'
  | 'any'
  | { list: Shape }
  | { struct: string; fields: Record<string, Shape> }

/**
 * Reads one YAML document the way go-yaml does into a struct with unknown fields forbidden. Answers the value, or the
 * problems in its words, with lines. Null counts as absent, and in a list as empty.
 */
export function readStruct(text: string, shape: Shape): { value: unknown } | { problems: string[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  if (document.contents === null && document.errors.length === 0) return { problems: ['EOF'] }
  const [broken] = document.errors
  if (broken !== undefined) return { problems: [`yaml: ${broken.message.split('\n')[0]?.replace(/:$/, '')}`] }
  const problems: string[] = []
  const report = (node: Node, problem: string) => {
    problems.push(`line ${lines.linePos(node.range?.[0] ?? 0).line}: ${problem}`)
  }
  const resolve = (node: Node) => (isAlias(node) ? (node.resolve(document) ?? node) : node)
  const value = read(document.contents as Node, shape)
  return problems.length > 0 ? { problems: [`yaml: unmarshal errors:\n  ${problems.join('\n  ')}`] } : { value }

  function read(written: Node, wanted: Shape): unknown {
    const node = resolve(written)
    if (isScalar(node) && node.value === null) return undefined
    if (wanted === 'any') return plain(node)
    if (wanted === 'string' && isScalar(node)) return node.source ?? String(node.value)
    if ((wanted === 'strings' || hasList(wanted)) && isSeq(node)) {
      const item: Shape = wanted === 'strings' ? 'string' : wanted.list
      return node.items.map(child => read(child as Node, item) ?? (item === 'string' ? '' : {}))
    }
    if (wanted === 'map' && isMap(node)) {
      return Object.fromEntries(node.items.map(({ key, value }) => [String(key), read(value as Node, 'string') ?? '']))
    }
    if (hasFields(wanted) && isMap(node)) return readFields(node, wanted)
    report(node, `cannot unmarshal ${tagOf(node)} into ${typeName(wanted)}`)
    return undefined
  }

  function plain(node: Node): unknown {
    try {
      return node.toJS(document)
    } catch (error) {
      report(node, messageOf(error)) // Aliases that multiply beyond reason.
      return undefined
    }
  }

  function readFields(node: { items: { key: unknown; value: unknown }[] }, wanted: StructShape): object {
    const entries = node.items.flatMap(({ key, value }) => {
      const name = String(key)
      const field = Object.hasOwn(wanted.fields, name) ? wanted.fields[name] : undefined
      if (field === undefined) {
        report(key as Node, `field ${name} not found in type ${wanted.struct}`)
        return []
      }
      const member = value === null ? undefined : read(value as Node, field)
      return member === undefined ? [] : [[name, member] as const]
    })
    return Object.fromEntries(entries)
  }
}

type StructShape = Extract<Shape, { struct: string }>
const hasList = (shape: Shape): shape is { list: Shape } => typeof shape === 'object' && 'list' in shape
const hasFields = (shape: Shape): shape is StructShape => typeof shape === 'object' && 'struct' in shape

function tagOf(node: Node): string {
  if (isMap(node)) return '!!map'
  if (isSeq(node)) return '!!seq'
  if (!isScalar(node)) return '!!alias'
  const tag = { number: 'int', boolean: 'bool' }[typeof node.value as string] ?? 'str'
  return `!!${tag} \`${node.source ?? node.value}\``
}

function typeName(shape: Shape): string {
  if (shape === 'strings') return '[]string'
  if (shape === 'map') return 'map[string]string'
  if (hasList(shape)) return `[]${typeName(shape.list)}`
  return hasFields(shape) ? shape.struct : 'string'
}
