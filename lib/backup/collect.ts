import { compareKeys, itemKey, type RawItem, readItem, readLabels } from '../cluster/item.ts'
import { ListError, type ListRequest, readList } from '../cluster/list.ts'
import { getObject } from '../cluster/objects.ts'
import { ApiError, ConnectionError } from '../cluster/types.ts'
import { matchesSelector, selectorQuery } from '../velero/selector.ts'
import type { Cursor } from './account.ts'
import type { ActionContext } from './actions/index.ts'
import type { RunContext } from './context.ts'
import { ForbiddenList, listFinding } from './forbidden-list.ts'
import { type ItemKind, itemKind } from './item.ts'
import { Lane } from './lane.ts'
import type { Finding } from './select/types.ts'
import { settle } from './settle.ts'
import { storeItem } from './store-item.ts'
import type { Unit } from './unit.ts'

/** Lists that are read at the same time. How many requests that makes at once is flow control's business. */
const UNITS_AT_ONCE = 16

/**
 * Reads every unit's list into the archive, several at a time. A list that fails is an error in the results, and the
 * others go on. Answers whether all were read: not where the run is to stop.
 */
export async function collect(context: RunContext, units: readonly Unit[]): Promise<boolean> {
  const { control, sink } = context
  const queue = units.filter(unit => sink.account.cursors.get(unit.id)?.done === undefined)
  const groups = new Map<string, ForbiddenList>()
  const worker = async () => {
    for (let unit = queue.shift(); unit !== undefined; unit = queue.shift()) {
      if (control.stopping()) return
      queue.unshift(...(await readUnit(context, unit, groups)))
    }
  }
  const stopped = (error: unknown) => {
    control.abort(error)
    throw error
  }
  // All are waited for: whoever takes this run over must not find us still writing.
  await settle(Array.from({ length: UNITS_AT_ONCE }, () => worker().catch(stopped)))
  return !control.stopping()
}

/** Answers the units to read in this one's place, if any. */
async function readUnit(context: RunContext, unit: Unit, groups: Map<string, ForbiddenList>): Promise<Unit[]> {
  const reader = new UnitReader(context, unit)
  const group = groups.get(groupOf(unit))
  try {
    const ended = await reader.read()
    if (ended && group !== undefined) group.end(unit)
  } catch (error) {
    context.control.signal.throwIfAborted()
    if (!isListFailure(error)) throw error
    const forbidden = error instanceof ApiError && error.status === 403
    if (forbidden && unit.resource.namespaced && unit.namespace === undefined && !reader.begun) {
      const group = new ForbiddenList(context, unit, error)
      groups.set(groupOf(unit), group)
      return group.parts
    }
    if (forbidden && group !== undefined) await reader.leave()
    else await reader.giveUp(listFinding(unit, error, unit.namespace))
    group?.end(unit, forbidden ? error : undefined)
  }
  return []
}

/** Failures of the cluster belong to the results; those of the store or of this program end the run. */
function isListFailure(error: unknown): error is Error {
  return error instanceof ApiError || error instanceof ConnectionError || error instanceof ListError
}

function groupOf(unit: Unit): string {
  return `${unit.resource.name}.${unit.resource.group} ${unit.earlier.length}`
}

class UnitReader {
  #context: RunContext
  #unit: Unit
  #kind: ItemKind
  #lane: Lane
  #cursor: Cursor
  #actions: ActionContext | undefined
  #firstNames: Set<string>
  /** A list without order can't be taken up in the middle: its cursor stays at the page's start. */
  #unordered = false
  #lastKey = ''

  constructor(context: RunContext, unit: Unit) {
    this.#context = context
    this.#unit = unit
    this.#kind = itemKind(unit.resource)
    this.#cursor = context.sink.account.cursors.get(unit.id) ?? { token: '', after: '' }
    this.#lane = new Lane(context.sink, this.#kind.groupResource, unit.id, this.#cursor)
    this.#firstNames = new Set(unit.ordered.map(item => itemKey({ namespace: item.namespace ?? '', name: item.name })))
  }

  /** Whether the list has yielded anything. */
  get begun(): boolean {
    return this.#cursor.after !== ''
  }

  /** Answers whether the end of the list was reached: not where the run is to stop. */
  async read(): Promise<boolean> {
    const { transport, control, progress, sink } = this.#context
    if (this.#kind.actions.length > 0) this.#actions = await this.#context.actionContext(this.#unit.resource)
    await this.#readOrdered()
    const { resource, namespace, selector } = this.#unit
    const request: ListRequest = {
      resource,
      ...(namespace !== undefined && { namespace }),
      ...(selector !== undefined && { labelSelector: selectorQuery(selector) }),
      from: this.#cursor,
      signal: control.signal,
    }
    const ended = await readList(transport, request, {
      items: (items, token) => this.#take(items, token),
      bytes: count => {
        progress.bytesRead += count
      },
      ahead: () => !control.stopping(),
      page: token => {
        progress.pages++
        this.#cursor = { ...this.#cursorAt(token, this.#cursor.after), untouched: true }
        return !control.stopping()
      },
      note: text => sink.account.info(text, { resource: this.#kind.groupResource }),
    })
    progress.pages++
    await this.#lane.finish(ended ? { ...this.#cursor, done: true } : this.#cursor)
    return ended
  }

  /** The list has failed for good: what came of it is kept, and it is not begun again. */
  async giveUp(finding: Finding): Promise<void> {
    this.#lane.batch.findings.push(finding)
    await this.#lane.finish({ ...this.#cursor, done: true })
  }

  /** What came of the list is kept. */
  async leave(): Promise<void> {
    await this.#lane.finish(this.#cursor)
  }

  /** spec.orderedResources: these come first, in this order, if the list would yield them too. */
  async #readOrdered(): Promise<void> {
    for (let at = this.#cursor.ordered ?? 0; at < this.#unit.ordered.length; at++) {
      const wanted = this.#unit.ordered[at] as { namespace?: string; name: string }
      const json = await getObject(this.#context.transport, this.#unit.resource, wanted)
      const item = json === undefined ? undefined : readItem(json, false)
      this.#cursor = { ...this.#cursor, ordered: at + 1 }
      if (item === undefined || !this.#selected(item)) {
        const message = `Cannot find resource '${itemKey({ namespace: wanted.namespace ?? '', name: wanted.name })}'.`
        if (this.#unit.earlier.length === 0)
          await this.#lane.leaveOut(this.#cursor, { finding: { level: 'warning', message } })
      } else await this.#store(item)
    }
  }

  #selected(item: RawItem): boolean {
    const { selector } = this.#unit
    return selector === undefined || matchesSelector(selector, readLabels(item))
  }

  /** Answers a promise only where somebody has to be waited for: there is a call for every 16 KiB of lists. */
  #take(items: RawItem[], token: string, from = 0): Promise<void> | undefined {
    if (from === 0) this.#context.progress.seen += items.length
    for (let at = from; at < items.length; at++) {
      const item = items[at] as RawItem
      const key = itemKey(item)
      if (compareKeys(key, this.#lastKey) <= 0) this.#unordered = true
      this.#lastKey = key
      this.#cursor = this.#cursorAt(token, this.#unordered ? '' : key)
      if (this.#firstNames.has(key)) continue
      const full = this.#store(item)
      if (full !== undefined) return full.then(() => this.#take(items, token, at + 1))
    }
  }

  #cursorAt(token: string, after: string): Cursor {
    const { length } = this.#unit.ordered
    return length === 0 ? { token, after } : { token, after, ordered: length }
  }

  #store(item: RawItem): Promise<void> | undefined {
    const { selection } = this.#context
    if (item.namespace !== '' && this.#unit.namespace === undefined && !selection.includesNamespace(item.namespace))
      return
    if (this.#unit.earlier.length > 0) {
      const labels = readLabels(item)
      if (this.#unit.earlier.some(selector => matchesSelector(selector, labels))) return
    }
    const to = { lane: this.#lane, kind: this.#kind, actions: this.#actions, round: 0 }
    return storeItem(this.#context, to, item, this.#cursor)
  }
}
