import { InvalidInputError } from './errors.ts'
import { compileGlob, compileSeparatedGlob } from './glob-syntax.ts'
import { goQuote } from './go-quote.ts'
import { patchValue } from './json-patch-value.ts'
import { compileRe2 } from './re2.ts'
import type { WrittenConditions, WrittenPatch, WrittenRule } from './schema-modifiers.ts'
import type { JsonPatchOperation, ResourceModifierConditions, ResourceModifierRule } from './types-modifiers.ts'
import { readYaml } from './yaml-value.ts'

const OPERATIONS: readonly string[] = ['add', 'remove', 'replace', 'test', 'move', 'copy']

/**
 * Checks and compiles a rule; `at` is where it is. Throws InvalidInputError: for what Velero finds here as well, in its
 * words; for what it would find at each item, with the place.
 */
export function compileRule(rule: WrittenRule, at: string): ResourceModifierRule {
  const { conditions = {}, patches = [], mergePatches = [], strategicPatches = [] } = rule
  if (!conditions.groupResource) throw new InvalidInputError('groupkResource cannot be empty')
  const kinds = [patches, mergePatches, strategicPatches].filter(list => list.length > 0)
  if (kinds.length > 1) {
    throw new InvalidInputError('only one of patches, mergePatches, strategicPatches can be specified')
  }
  if (kinds.length === 0) throw new InvalidInputError(`${at}: no patch data found`)
  return {
    conditions: compileConditions(conditions, `${at}.conditions`),
    ...(patches.length > 0 && { patches: patches.map((patch, i) => compilePatch(patch, `${at}.patches[${i}]`)) }),
    ...(mergePatches.length > 0 && { mergePatches: mergePatches.map(reader(`${at}.mergePatches`)) }),
    ...(strategicPatches.length > 0 && { strategicPatches: strategicPatches.map(reader(`${at}.strategicPatches`)) }),
  }
}

function compileConditions(conditions: WrittenConditions, at: string): ResourceModifierConditions {
  const { groupResource = '', resourceNameRegex, namespaces = [], labelSelector, matches = [] } = conditions
  const globs = namespaces.map((pattern, i) => valid(compileGlob(pattern), pattern, `${at}.namespaces[${i}]`))
  return {
    groupResource: valid(compileSeparatedGlob(groupResource, '.'), groupResource, `${at}.groupResource`),
    ...(resourceNameRegex && {
      resourceNameRegex: within(`${at}.resourceNameRegex: `, () => compileRe2(resourceNameRegex)),
    }),
    ...(globs.length > 0 && { namespaces: (namespace: string) => globs.some(fits => fits(namespace)) }),
    ...(labelSelector && { labelSelector }),
    ...(matches.length > 0 && { matches: matches.map((match, i) => compileMatch(match, `${at}.matches[${i}]`)) }),
  }
}

function valid<T>(fits: T | undefined, pattern: string, at: string): T {
  if (fits === undefined) throw new InvalidInputError(`${at}: ${goQuote(pattern)} is not a valid pattern`)
  return fits
}

function compileMatch({ path, value = '' }: { path?: string; value?: string }, at: string): JsonPatchOperation {
  if (!path) throw new InvalidInputError(`${at}: path is required for match rule`)
  return { op: 'test', path: pointer(path, `${at}.path`), value: within(`${at}.value: `, () => patchValue(value)) }
}

function compilePatch({ operation = '', from = '', path = '', value = '' }: WrittenPatch, at: string) {
  if (operation === '') throw new InvalidInputError('operation cannot be empty')
  // Velero takes `Replace` here, and fails with it at each item.
  const op = operation.toLowerCase() as JsonPatchOperation['op']
  if (!OPERATIONS.includes(op)) throw new InvalidInputError(`unsupported operation ${operation}`)
  if (path === '') throw new InvalidInputError('path cannot be empty')
  return {
    op,
    path: pointer(path, `${at}.path`),
    ...((op === 'move' || op === 'copy') && { from: pointer(from, `${at}.from`) }),
    ...((op === 'add' || op === 'replace' || op === 'test') && {
      value: within(`${at}.value: `, () => patchValue(value)),
    }),
  }
}

function pointer(path: string, at: string): string {
  if (!path.startsWith('/')) throw new InvalidInputError(`${at}: ${goQuote(path)} does not begin with /`)
  return path
}

function reader(at: string): (patch: { patchData?: string }, i: number) => Record<string, unknown> {
  return ({ patchData = '' }, i) => {
    const where = `${at}[${i}].patchData: `
    const patch = within(`${where}error in converting YAML to JSON `, () => readYaml(patchData))
    if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch as Record<string, unknown>
    throw new InvalidInputError(`${where}expected the fields to patch, got ${goQuote(patchData)}`)
  }
}

/** Says where, in front of what is wrong there. */
function within<T>(place: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    throw new InvalidInputError(place + error.message, { cause: error })
  }
}
