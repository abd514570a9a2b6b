import { createObject, getObject } from '../cluster/objects.ts'
import { ApiError, type Transport } from '../cluster/types.ts'
import { parseLossless, stringifyLossless } from '../velero/lossless.ts'
import { poll, type RestoreControl } from './control.ts'
import { textAt } from './json.ts'
import { isPassing } from './passing.ts'
import { steadily } from './steadily.ts'
import type { KubeObject } from './types.ts'
import { Deferred } from './writer.ts'

const NAMESPACES = { group: '', version: 'v1', name: 'namespaces' }
/** Velero's --terminating-resource-timeout. */
const TERMINATING_LIMIT_MS = 600_000

/** Why nothing can be restored into a namespace; undefined where all is well. */
export type NamespaceProblem = string | undefined

export interface NamespaceParts {
  transport: Transport
  control: RestoreControl
  /** See Writer. */
  startedMs: number
  takenUp: boolean
  /** The Namespace object of the backup, if it has one. By its name there. */
  stored(source: string): Promise<KubeObject | undefined>
  onCreated(target: string): void
  /** Those that were told to onCreated, by earlier invocations too. */
  created: ReadonlySet<string>
}

/**
 * Sees to it that target namespaces exist, each once: from the backup's own object where there is one, after a predecessor
 * has come to its end. An existing one is left as it is. (velero-restore: namespaces.)
 */
export class Namespaces {
  readonly #parts: NamespaceParts
  readonly #known = new Map<string, Promise<NamespaceProblem>>()

  constructor(parts: NamespaceParts) {
    this.#parts = parts
  }

  /** Throws Postponed where it is waited for a terminating one and the run is stopping, Deferred where it may be there later. */
  ensure(source: string, target: string): Promise<NamespaceProblem> {
    const known = this.#known.get(target)
    if (known !== undefined) return known
    const problem = this.#ensure(source, target)
    this.#known.set(target, problem)
    problem.catch(() => this.#known.delete(target))
    return problem
  }

  /** Whether this restore created it, so that nothing is in it but what the cluster and this restore put there. */
  isNew(target: string): boolean {
    return this.#parts.created.has(target)
  }

  async #ensure(source: string, target: string): Promise<NamespaceProblem> {
    const { control } = this.#parts
    const done = await poll(control, `namespaces/${target}`, TERMINATING_LIMIT_MS, async () => {
      const state = await this.#look(target)
      if (state === 'terminating') return undefined
      return {
        problem:
          state === 'absent' ? await this.#create(source, target) : state === 'there' ? undefined : state.problem,
      }
    })
    if (done !== undefined) return done.problem
    return `timed out waiting for terminating namespace ${target} to disappear before restoring: context deadline exceeded`
  }

  async #look(target: string): Promise<'there' | 'absent' | 'terminating' | { problem: string }> {
    try {
      const json = await getObject(this.#parts.transport, NAMESPACES, { name: target })
      if (json === undefined) return 'absent'
      const live = parseLossless(json) as KubeObject
      const ending =
        textAt(live, 'metadata', 'deletionTimestamp') !== '' || textAt(live, 'status', 'phase') === 'Terminating'
      if (ending) return 'terminating'
      if (this.#isOwn(live)) this.#parts.onCreated(target)
      return 'there'
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (isPassing(error)) throw new Deferred(`namespaces/${target}`, '', error.message)
      // Whoever may write into a namespace need not be allowed to see it.
      return error.status === 403 ? 'there' : { problem: `error getting namespace ${target}: ${error.message}` }
    }
  }

  /** Created by an earlier try of this restore that could not say so any more. */
  #isOwn(live: KubeObject): boolean {
    const { startedMs, takenUp } = this.#parts
    const created = Date.parse(textAt(live, 'metadata', 'creationTimestamp'))
    const [entry] = live.metadata.managedFields ?? []
    return takenUp && entry?.manager === 'lateen' && created >= startedMs - 1000
  }

  async #create(source: string, target: string): Promise<NamespaceProblem> {
    const { transport, control, stored, onCreated } = this.#parts
    const original = await stored(source)
    const { labels, annotations } = original?.metadata ?? {}
    const spec = original?.spec
    const own = { name: target, ...(labels && { labels }), ...(annotations && { annotations }) }
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: own, ...(spec !== undefined && { spec }) }
    try {
      const body = stringifyLossless(object)
      await steadily(control, () => createObject(transport, NAMESPACES, undefined, body))
      onCreated(target)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // Somebody was faster, or this restore before it lost the answer.
      if (error.status === 409) {
        await this.#look(target)
        return undefined
      }
      if (isPassing(error)) throw new Deferred(`namespaces/${target}`, '', error.message)
      return `error creating namespace ${target}: ${error.message}`
    }
    return undefined
  }
}
