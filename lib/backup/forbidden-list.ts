import type { ApiError } from '../cluster/types.ts'
import { messageOf } from '../velero/errors.ts'
import { emptyBatch } from './account.ts'
import type { RunContext } from './context.ts'
import { itemKind } from './item.ts'
import type { Finding } from './select/types.ts'
import { narrowed, type Unit } from './unit.ts'

/** That a list could not be read, as the results tell it. */
export function listFinding(unit: Unit, error: Error, namespace: string | undefined): Finding {
  return {
    level: 'error',
    message: 'Error listing items',
    error: messageOf(error),
    resource: itemKind(unit.resource).groupResource,
    ...(namespace !== undefined ? { namespace } : unit.resource.namespaced ? {} : { namespace: '' }),
  }
}

/**
 * A cluster-wide list that is forbidden, and what becomes of the lists by namespace in its place. What is forbidden there
 * too is told and marked as done when all of them have ended, in one go: a run that stops before asks for those again.
 */
export class ForbiddenList {
  /** What is to be read; what an earlier invocation has read is left out. */
  readonly parts: Unit[]
  #context: RunContext
  #unit: Unit
  #error: ApiError
  #namespaces: number
  #left: number
  #forbidden: { unit: Unit; error: ApiError }[] = []

  constructor(context: RunContext, unit: Unit, error: ApiError) {
    const names = context.selection.namespaces ?? context.namespaces.map(namespace => namespace.name)
    const { cursors } = context.sink.account
    this.#context = context
    this.#unit = unit
    this.#error = error
    this.#namespaces = names.length
    this.parts = narrowed(unit, names).filter(part => cursors.get(part.id)?.done === undefined)
    this.#left = this.parts.length
    if (this.#left === 0) this.#close(names.length === 0 ? [listFinding(unit, error, undefined)] : [])
  }

  /** A list by namespace has ended; with `error`, it is forbidden too. */
  end(unit: Unit, error?: ApiError): void {
    if (error !== undefined) this.#forbidden.push({ unit, error })
    if (--this.#left > 0) return
    if (this.#forbidden.length === this.#namespaces) this.#close([listFinding(this.#unit, this.#error, undefined)])
    else this.#close(this.#forbidden.map(part => listFinding(part.unit, part.error, part.unit.namespace)))
  }

  #close(findings: Finding[]): void {
    const { account } = this.#context.sink
    const done = { token: '', after: '', done: true } as const
    account.commit({ ...emptyBatch(this.#unit.id, done), findings }, undefined)
    for (const { unit } of this.#forbidden) account.commit(emptyBatch(unit.id, done), undefined)
  }
}
