import { type RawItem, readItem, readLabels } from '../cluster/item.ts'
import { getObject } from '../cluster/objects.ts'
import { ApiError, type ApiResource, ConnectionError } from '../cluster/types.ts'
import { messageOf } from '../velero/errors.ts'
import { matchesSelector } from '../velero/selector.ts'
import type { RunContext } from './context.ts'
import { type ItemKind, itemKind } from './item.ts'
import { Lane } from './lane.ts'
import { groupResource } from './select/resources.ts'
import type { Finding } from './select/types.ts'
import { storeItem } from './store-item.ts'
import { type WantedItem, wantedInRound, wantedKey } from './wanted.ts'

/** Requests under way at once; flow control may allow fewer. */
const AHEAD = 16
const LAST_ROUND = 9

/**
 * Stores what actions asked for and no list yields, round by round, for what is stored may want more (pod, claim,
 * volume). Answers whether all is done: not where the run is to stop.
 */
export async function storeRelated(context: RunContext): Promise<boolean> {
  for (let round = 0; round <= LAST_ROUND; round++) {
    const unit = `related ${round}`
    const cursor = context.sink.account.cursors.get(unit)
    if (cursor?.done) continue
    const stage = new RelatedStage(context, unit, round, cursor?.after ?? '')
    let any = cursor !== undefined
    for await (const item of wantedInRound(context.sink.account.wanted, round, cursor?.after ?? '')) {
      any = true
      if (!(await stage.want(item))) continue
      context.progress.pages++
      if (context.control.stopping()) break
    }
    const stopping = context.control.stopping()
    await stage.end(!stopping)
    if (stopping) return false
    if (!any) return true
  }
  return true
}

type Fetched = { item: WantedItem; resource: ApiResource | undefined; json: Promise<Buffer | undefined> }

class RelatedStage {
  #context: RunContext
  #unit: string
  #round: number
  #lane: Lane | undefined
  #kind: ItemKind | undefined
  #queue: Fetched[] = []
  readonly #resources: ReadonlyMap<string, ApiResource>
  #after: string

  constructor(context: RunContext, unit: string, round: number, after: string) {
    this.#after = after
    this.#context = context
    this.#unit = unit
    this.#round = round
    this.#resources = new Map(context.discovery.resources.map(resource => [groupResource(resource), resource]))
  }

  /** Begins to fetch an item, unless the filters keep it out; stores those before it as they arrive, in order. */
  async want(item: WantedItem): Promise<boolean> {
    const resource = this.#resources.get(item.groupResource)
    if (resource !== undefined && !this.#context.selection.allowsRelated(resource, item.namespace || undefined))
      return false
    const json = resource === undefined ? Promise.resolve(undefined) : this.#fetch(resource, item)
    json.catch(() => {})
    this.#queue.push({ item, resource, json })
    if (this.#queue.length >= AHEAD) await this.#storeNext()
    return true
  }

  async end(done: boolean): Promise<void> {
    while (this.#queue.length > 0) await this.#storeNext()
    const lane = this.#lane ?? new Lane(this.#context.sink, '', this.#unit, { token: '', after: this.#after })
    await lane.finish({ token: '', after: this.#after, ...(done && { done: true }) })
  }

  #fetch(resource: ApiResource, item: WantedItem): Promise<Buffer | undefined> {
    const where = { name: item.name, ...(item.namespace !== '' && { namespace: item.namespace }) }
    return getObject(this.#context.transport, resource, where)
  }

  async #storeNext(): Promise<void> {
    const { item, resource, json } = this.#queue.shift() as Fetched
    const fields = { name: item.name, namespace: item.namespace, resource: item.groupResource }
    const kind = await this.#enter(item, resource)
    this.#after = wantedKey(item)
    try {
      const found = await json
      if (found !== undefined && kind !== undefined) return await this.#store(kind, readItem(found, false))
      if (item.optional) return
      const message = "Additional item was not found in Kubernetes API, can't back it up"
      await this.#report({ level: 'warning', message, ...fields })
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
      this.#context.control.signal.throwIfAborted()
      await this.#report({
        level: 'error',
        message: 'Error getting additional item',
        error: messageOf(error),
        ...fields,
      })
    }
  }

  async #report(finding: Finding): Promise<void> {
    await this.#lane?.leaveOut({ token: '', after: this.#after }, { finding })
  }

  /** A member holds one resource: the next one gets a lane of its own. */
  async #enter(item: WantedItem, resource: ApiResource | undefined): Promise<ItemKind | undefined> {
    if (this.#kind?.groupResource === item.groupResource) return this.#kind
    await this.#lane?.finish({ token: '', after: this.#after })
    this.#kind = resource && itemKind(resource)
    this.#lane = new Lane(this.#context.sink, item.groupResource, this.#unit, { token: '', after: this.#after })
    return this.#kind
  }

  async #store(kind: ItemKind, raw: RawItem): Promise<void> {
    const lane = this.#lane as Lane
    if (this.#alsoListed(kind.resource, raw)) return
    const actions = await this.#context.actionContext(kind.resource)
    const cursor = { token: '', after: this.#after }
    await storeItem(this.#context, { lane, kind, actions, round: this.#round + 1 }, raw, cursor)
    // Only lists count for which namespaces hold something.
    lane.batch.namespaces.clear()
  }

  /** With selectors, whether a list yields an item shows in its labels. */
  #alsoListed(resource: ApiResource, raw: RawItem): boolean {
    const { selection } = this.#context
    const selectors = selection.selectors.filter(selector => selector !== undefined)
    if (selectors.length === 0 || !selection.collects(resource)) return false
    if (raw.namespace !== '' && !selection.includesNamespace(raw.namespace)) return false
    const labels = readLabels(raw)
    return selectors.some(selector => matchesSelector(selector, labels))
  }
}
