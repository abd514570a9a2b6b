import type { LabelSelector } from './types.ts'

// Velero 1.18's resource modifiers, compiled: nothing in them can fail for its form later on. Values are as
// velero/lossless.ts has them.

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test' | 'move' | 'copy'
  /** A JSON pointer; begins with `/`. */
  readonly path: string
  /** A JSON pointer: for `move` and `copy`, and only there. */
  readonly from?: string
  /** For `add`, `replace` and `test`, and only there; null is a value. */
  readonly value?: unknown
}

/** What an object has to be for a rule to apply: everything that is there must hold. */
export interface ResourceModifierConditions {
  /** Of the group-resource as the archive names it: `pods`, `deployments.apps`. */
  readonly groupResource: (resource: string) => boolean
  /** Of the name: whether the expression fits anywhere in it. */
  readonly resourceNameRegex?: (name: string) => boolean
  /** Of the namespace in the backup. Not asked for what is cluster-scoped. */
  readonly namespaces?: (namespace: string) => boolean
  readonly labelSelector?: LabelSelector
  /** Each a `test`. A path that is missing is no match, and no error. */
  readonly matches?: readonly JsonPatchOperation[]
}

/** Exactly one kind of patches is there, with at least one patch. */
export interface ResourceModifierRule {
  readonly conditions: ResourceModifierConditions
  readonly patches?: readonly JsonPatchOperation[]
  /** JSON merge patches (RFC 7386). */
  readonly mergePatches?: readonly Record<string, unknown>[]
  /** Kubernetes' strategic merge patches, directives included. */
  readonly strategicPatches?: readonly Record<string, unknown>[]
}

export interface ResourceModifiers {
  readonly version: 'v1'
  readonly resourceModifierRules: readonly ResourceModifierRule[]
}
