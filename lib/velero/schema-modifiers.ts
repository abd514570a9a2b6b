import * as z from 'zod'
import { schemaParts } from './schema-parts.ts'
import type { LabelSelector } from './types.ts'

export interface WrittenPatch {
  operation?: string
  from?: string
  path?: string
  value?: string
}

export interface WrittenConditions {
  groupResource?: string
  resourceNameRegex?: string
  namespaces?: string[]
  labelSelector?: LabelSelector
  matches?: { path?: string; value?: string }[]
}

export interface WrittenRule {
  conditions?: WrittenConditions
  patches?: WrittenPatch[]
  mergePatches?: { patchData?: string }[]
  strategicPatches?: { patchData?: string }[]
}

/** Resource modifiers as they are written, every scalar a text. */
export interface WrittenModifiers {
  version?: string
  resourceModifierRules?: WrittenRule[]
}

const { object, texts, labelSelector } = schemaParts('given')
const text = z.string().optional()
const merge = z.array(object({ patchData: text })).optional()

export const modifiersSchema = object({
  version: text,
  resourceModifierRules: z
    .array(
      object({
        conditions: object({
          groupResource: text,
          resourceNameRegex: text,
          namespaces: texts.optional(),
          labelSelector: labelSelector.optional(),
          matches: z.array(object({ path: text, value: text })).optional(),
        }).optional(),
        patches: z.array(object({ operation: text, from: text, path: text, value: text })).optional(),
        mergePatches: merge,
        strategicPatches: merge,
      }),
    )
    .optional(),
})
