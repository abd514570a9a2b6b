import * as z from 'zod'
import { parseDuration } from './duration.ts'
import { messageOf } from './errors.ts'
import { labelValueProblems, qualifiedNameProblems } from './kubernetes-names.ts'
import { validateName } from './names.ts'
import { nearest } from './nearest.ts'
import { validateSelector } from './selector.ts'
import { isTimestamp } from './timestamps.ts'
import type { LabelSelector } from './types.ts'

/**
 * Who wrote what is read. `given`: a person or a message; what is not understood is refused. `stored`: a Velero of some
 * version; as in Velero's own decoder unknown fields are dropped and words such as phases are not checked.
 */
export type Source = 'given' | 'stored'

const describeUnknown = (keys: readonly string[], known: readonly string[]) =>
  keys
    .map(key => {
      const meant = nearest(key, known)
      return `unknown field ${JSON.stringify(key)}${meant === undefined ? '' : `, did you mean ${JSON.stringify(meant)}?`}`
    })
    .join('; ')

/** A rule for strings; `problem` answers what is wrong. */
export function textThat(problem: (text: string) => string | undefined) {
  return z.string().superRefine((text, context) => {
    const message = problem(text)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
}

const durationProblem = (text: string) => {
  try {
    parseDuration(text)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

const timestampProblem = (text: string) =>
  isTimestamp(text) ? undefined : `expected a time such as 2026-11-22T08:54:00Z, got ${JSON.stringify(text)}`

/** Accepted because the API server writes them, and not kept. */
const SERVER_METADATA = { selfLink: z.unknown().optional(), deletionGracePeriodSeconds: z.unknown().optional() }

/** The pieces that the schemas of all kinds are made of, for one kind of source. */
export function schemaParts(source: Source) {
  const given = source === 'given'

  function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
    if (!given) return z.object(shape)
    const known = Object.keys(shape)
    return z.strictObject(shape, {
      error: issue => (issue.code === 'unrecognized_keys' ? describeUnknown(issue.keys as string[], known) : undefined),
    })
  }

  /** A string that has to be there. Go reads a missing one as empty. */
  const text = given ? z.string() : z.string().default('')
  const texts = z.array(z.string())
  const textMap = z.record(z.string(), z.string())
  const duration = textThat(durationProblem)
  const time = textThat(timestampProblem)
  const count = z.int()
  /** A string with few meanings. */
  const word = (...words: [string, ...string[]]) => (given ? z.enum(words) : z.string())

  const labels = given ? textMap.superRefine((map, context) => addAll(context, labelProblems(map))) : textMap
  const annotations = given ? textMap.superRefine((map, context) => addAll(context, keyProblems(map))) : textMap

  const selectorShape = object({
    matchLabels: textMap.optional(),
    matchExpressions: z.array(object({ key: text, operator: text, values: texts.optional() })).optional(),
  })
  const labelSelector = given
    ? selectorShape.superRefine((selector, context) => addAll(context, validateSelector(selector as LabelSelector)))
    : selectorShape

  const metadata = object({
    name: textThat(name => (given ? validateName(name) : name === '' ? 'must not be empty' : undefined)),
    generateName: z.string().optional(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    generation: count.optional(),
    creationTimestamp: time.optional(),
    deletionTimestamp: time.optional(),
    labels: labels.optional(),
    annotations: annotations.optional(),
    ownerReferences: z
      .array(
        object({
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: z.boolean().optional(),
          blockOwnerDeletion: z.boolean().optional(),
        }),
      )
      .optional(),
    finalizers: texts.optional(),
    managedFields: z.array(z.unknown()).optional(),
    ...(given ? SERVER_METADATA : {}),
  })

  return { given, object, text, texts, textMap, duration, time, count, word, labels, labelSelector, metadata }
}

export type SchemaParts = ReturnType<typeof schemaParts>

const keyProblems = (map: Record<string, string>) =>
  Object.keys(map).flatMap(key => qualifiedNameProblems(key).map(problem => `${JSON.stringify(key)}: ${problem}`))

const labelProblems = (map: Record<string, string>) => [
  ...keyProblems(map),
  ...Object.values(map).flatMap(value =>
    labelValueProblems(value).map(problem => `${JSON.stringify(value)}: ${problem}`),
  ),
]

function addAll(context: { addIssue(issue: { code: 'custom'; message: string }): void }, messages: string[]): void {
  for (const message of messages) context.addIssue({ code: 'custom', message })
}
