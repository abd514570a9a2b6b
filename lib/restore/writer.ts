import type { Transport } from '../cluster/types.ts'
import type { RestoreControl } from './control.ts'
import type { RestoreFacts } from './facts.ts'
import type { TargetKind } from './kinds.ts'
import type { KubeObject, RestoreFinding } from './types.ts'

/** What writing objects takes, for all of a restore. */
export interface Writer {
  transport: Transport
  facts: RestoreFacts
  /** What restored objects carry: see restoreLabels. */
  labels: Readonly<Record<string, string>>
  control: RestoreControl
  /** When the restore began, by the API server's clock; in ms. What carries its label and is younger is its own. */
  startedMs: number
  /** Whether an earlier invocation may have written what it could not tell of any more. */
  takenUp: boolean
  /** Whether policy recreate may delete objects of this group-resource. */
  recreates(resource: string): boolean
}

/** An object on its way to the cluster. */
export interface Writing {
  /** Group-resource and place in the backup. */
  resource: string
  namespace: string
  name: string
  /** As it was backed up. */
  stored: KubeObject
  /** As it is to be. */
  object: KubeObject
  kind: TargetKind
  /** `deployments.apps/shop/web`, for messages. */
  id: string
  /** The target namespace, or ''. */
  target: string
}

/** What became of it. */
export interface Written {
  action: 'created' | 'updated' | 'skipped' | 'failed'
  why?: string
  findings: RestoreFinding[]
}

export function failure({ target }: Pick<Writing, 'target'>, message: string): Written {
  return { action: 'failed', findings: [{ level: 'error', message, namespace: target }] }
}

/** Where the API has the object: by the kind it has now. */
export function placeOf({ object, target }: Pick<Writing, 'object' | 'target'>): {
  namespace?: string
  name: string
} {
  return { ...(target !== '' && { namespace: target }), name: object.metadata.name }
}

/** The object could not be written now, and may be later. */
export class Deferred extends Error {
  override name = 'Deferred'
  readonly #id: string
  readonly #target: string
  readonly #otherwise: Written | undefined
  /** `id` and `target`: see Writing. `otherwise`: what became of it, where that is more than nothing. */
  constructor(id: string, target: string, why: string, otherwise?: Written) {
    super(why)
    this.#id = id
    this.#target = target
    this.#otherwise = otherwise
  }

  /** What is told of it where there is no later. */
  get failure(): Written {
    if (this.#otherwise !== undefined) return this.#otherwise
    return failure({ target: this.#target }, `error restoring ${this.#id}: ${this.message}`)
  }
}

/** The user may not create objects of this kind in this namespace: there is no use in trying others. */
export class Denied extends Error {
  override name = 'Denied'
}
