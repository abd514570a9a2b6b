import { InvalidInputError, messageOf } from './errors.ts'
import { compileRule } from './modifier-rule.ts'
import { modifiersSchema, type WrittenModifiers } from './schema-modifiers.ts'
import { readBy } from './schema-read.ts'
import type { ResourceModifiers } from './types-modifiers.ts'
import { asTexts, readYaml } from './yaml-value.ts'

export type {
  JsonPatchOperation,
  ResourceModifierConditions,
  ResourceModifierRule,
  ResourceModifiers,
} from './types-modifiers.ts'

/**
 * Reads and compiles the data of the ConfigMap that spec.resourceModifier names: exactly one key, with YAML in it.
 * `where` is its namespace and name (`velero/modifiers`). Throws InvalidInputError, whose message Velero would write to
 * status.validationErrors; beyond the prefix it is ours where Velero's names no field.
 */
export function parseResourceModifiers(data: Record<string, string>, where: string): ResourceModifiers {
  const [text, ...others] = Object.values(data)
  const source = `configmap ${where}`
  if (text === undefined || others.length > 0) {
    throw refusal('Error in parsing', source, new InvalidInputError(`illegal resource modifiers ${where} configmap`))
  }
  return parseResourceModifiersText(text, source)
}

/** The same for a text from elsewhere, such as `file modifiers.yaml`. */
export function parseResourceModifiersText(text: string, where: string): ResourceModifiers {
  const written = attempt('Error in parsing', where, () => decode(text))
  return attempt('Validation error in', where, () => compile(written))
}

function decode(text: string): WrittenModifiers {
  const failure = (problem: string, cause?: unknown) =>
    new InvalidInputError(`failed to decode yaml data into resource modifiers, err: ${problem}`, { cause })
  let value: unknown
  try {
    // Every field is a text, and what looks like a number there is taken for one.
    value = asTexts(readYaml(text) ?? {})
  } catch (error) {
    throw failure(messageOf(error), error)
  }
  const read = readBy(modifiersSchema, value)
  if ('problem' in read) throw failure(read.problem)
  return read.value as WrittenModifiers
}

function compile({ version = '', resourceModifierRules: rules = [] }: WrittenModifiers): ResourceModifiers {
  if (version.toLowerCase() !== 'v1') throw new InvalidInputError(`unsupported resource modifier version ${version}`)
  if (rules.length === 0) throw new InvalidInputError('resource modifier rules cannot be empty')
  return {
    version: 'v1',
    resourceModifierRules: rules.map((rule, i) => compileRule(rule, `resourceModifierRules[${i}]`)),
  }
}

function attempt<T>(what: string, where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw refusal(what, where, error)
  }
}

function refusal(what: string, where: string, cause: InvalidInputError): InvalidInputError {
  return new InvalidInputError(`${what} resource modifiers provided in ${where}: ${cause.message}`, {
    next: 'Correct the resource modifiers, or leave them out.',
    cause,
  })
}
