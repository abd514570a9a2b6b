import { LateenError } from '../velero/errors.ts'
import { ListCutter, type ListEnvelope } from './cut.ts'
import type { RawItem } from './item.ts'
import { nextLimit, PAGE_ITEMS, Pages } from './pages.ts'
import { Taker } from './taker.ts'
import { ApiError, type ApiResource, ConnectionError, type Transport } from './types.ts'

/** Where a list stands: enough to go on from there in another process. */
export interface ListPosition {
  /** The continue token of the page at hand; '' for the first. */
  token: string
  /** The key (see itemKey) of the last item that was taken; items up to it are passed over. */
  after: string
  /** Nothing of that page was taken yet: `after` counts only if the list has to be begun anew. */
  untouched?: true
}

export interface ListRequest {
  resource: ApiResource
  /** Only this namespace; absent: the whole cluster. */
  namespace?: string
  /** A label selector as the API's query parameter takes it; '' for all. */
  labelSelector?: string
  from?: ListPosition
  signal?: AbortSignal
}

export interface ListEvents {
  /**
   * Some items of one page, in order, as soon as their bytes are there; `token` is that page's. Reading pauses until
   * the promise is done. The items' buffers are only good until then.
   */
  items(items: RawItem[], token: string): Promise<void> | void
  /** Bytes as they arrive, for progress. */
  bytes?(count: number): void
  /** Whether the page behind this one will be wanted; without this, it will. */
  ahead?(): boolean
  /** A page ended: `token` is the next one's. Answering false ends the reading. */
  page?(token: string): boolean
  /** Something that a log should tell, such as a continue token that had expired. */
  note?(text: string): void
}

const TRIES = 5

/** A list could not be read to its end. What was handed over before stays valid. */
export class ListError extends LateenError {}

/**
 * Reads a list page by page, and hands over its items while they arrive; the next page is asked for while one is read. A connection that breaks
 * off is tried again from the last item; an expired continue token (410) is replaced by the server's own or, where it
 * gives none, by a new list from the beginning that passes over what was read (lists are ordered by storage key).
 * Answers whether the end was reached. Throws ApiError, ConnectionError or ListError.
 */
export async function readList(transport: Transport, request: ListRequest, events: ListEvents): Promise<boolean> {
  const pages = new Pages(transport, request)
  try {
    return await readPages(pages, request, events)
  } finally {
    pages.drop()
  }
}

async function readPages(pages: Pages, request: ListRequest, events: ListEvents): Promise<boolean> {
  const taker = new Taker(request.from)
  let token = request.from?.token ?? ''
  let limit = PAGE_ITEMS
  let tries = 0
  for (;;) {
    const page = { items: 0, bytes: 0 }
    const before = taker.taken
    let envelope: ListEnvelope
    try {
      envelope = await readPage(pages, { token, limit }, page, taker, events)
    } catch (error) {
      if (taker.handing || taker.unordered) throw asListError(error, request.resource, taker)
      if (taker.taken !== before) tries = 0
      const next = tokenAfter(error, token, events)
      if (++tries === TRIES) throw asListError(error, request.resource, taker)
      taker.again(next === '')
      token = next
      continue
    }
    tries = 0
    taker.nextPage()
    token = envelope.metadata?.continue ?? ''
    limit = nextLimit(page.items, page.bytes)
    if (token === '') return true
    if (events.page?.(token) === false) return false
  }
}

/** The token to go on with after a failure. Throws what can't be mended by asking again. */
function tokenAfter(error: unknown, token: string, events: ListEvents): string {
  if (error instanceof ConnectionError || error instanceof SyntaxError) return token
  if (!(error instanceof ApiError) || error.status !== 410) throw error
  const fresh = error.body?.metadata?.continue ?? ''
  events.note?.(
    fresh === ''
      ? 'The continue token has expired, listing again from the start and passing over what was read'
      : 'The continue token has expired, going on from the same place at a newer version',
  )
  return fresh
}

function asListError(error: unknown, resource: ApiResource, taker: Taker): unknown {
  const name = resource.group === '' ? resource.name : `${resource.name}.${resource.group}`
  if (taker.handing && !(error instanceof SyntaxError)) return error
  if (taker.unordered)
    return new ListError(`the list of ${name} broke off, and it has no order to go on by`, { cause: error })
  return error instanceof LateenError ? error : new ListError(`the list of ${name} can't be read`, { cause: error })
}

async function readPage(
  pages: Pages,
  at: { token: string; limit: number },
  page: { items: number; bytes: number },
  taker: Taker,
  events: ListEvents,
): Promise<ListEnvelope> {
  const { body } = await pages.open(at.token, at.limit)
  const cutter = new ListCutter()
  let asked = false
  try {
    for await (const chunk of body) {
      page.bytes += chunk.length
      events.bytes?.(chunk.length)
      const items = cutter.push(chunk)
      page.items += items.length
      // By then it is known what items weigh here.
      if (!asked && page.items * 2 >= at.limit) {
        asked = true
        const next = cutter.next()
        if (next !== '' && events.ahead?.() !== false) pages.askAhead(next, nextLimit(page.items, page.bytes))
      }
      const fresh = taker.fresh(items)
      if (fresh.length === 0) continue
      taker.handing = true
      const wait = events.items(fresh, at.token)
      if (wait !== undefined) await wait
      taker.handing = false
    }
  } catch (error) {
    body.destroy()
    throw error
  }
  return cutter.end()
}
