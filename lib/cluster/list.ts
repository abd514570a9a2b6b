import { LateenError } from '../velero/errors.ts'
import { ListCutter, type ListEnvelope } from './cut.ts'
import { itemKey, type RawItem } from './item.ts'
import { resourcePath } from './objects.ts'
import { ApiError, type ApiResource, ConnectionError, type Transport } from './types.ts'

/** Where a list stands: enough to go on from there in another process. */
export interface ListPosition {
  /** The continue token of the page at hand; '' for the first. */
  token: string
  /** The key (see itemKey) of the last item that was taken; items up to it are passed over. */
  after: string
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
  /** A page ended: `token` is the next one's. Answering false ends the reading. */
  page?(token: string): boolean
  /** Something that a log should tell, such as a continue token that had expired. */
  note?(text: string): void
}

/** The server's own page limit in Velero and kubectl; what we start with, and never exceed. */
const PAGE_ITEMS = 500
/** Of JSON: what a page should weigh. 500 Helm Secrets weigh 500 MB, and the API server holds each page whole. */
const PAGE_BYTES = 8 << 20
const TRIES = 5

/** A list could not be read to its end. What was handed over before stays valid. */
export class ListError extends LateenError {}

/**
 * Reads a list page by page, at one page's time, and hands over its items while they arrive. A connection that breaks
 * off is tried again from the last item; an expired continue token (410) is replaced by the server's own or, where it
 * gives none, by a new list from the beginning that passes over what was read (lists are ordered by storage key).
 * Answers whether the end was reached. Throws ApiError, ConnectionError or ListError.
 */
export async function readList(transport: Transport, request: ListRequest, events: ListEvents): Promise<boolean> {
  let { token, after } = request.from ?? { token: '', after: '' }
  let again = after !== ''
  let limit = PAGE_ITEMS
  let tries = 0
  for (;;) {
    const page = new PageReader(after, again)
    let envelope: ListEnvelope
    try {
      envelope = await readPage(transport, pagePath(request, token, limit), request.signal, token, page, events)
    } catch (error) {
      if (page.lastKey !== after) tries = 0
      token = tokenAfter(error, token, events)
      if (++tries === TRIES || page.unordered) throw asListError(error, request.resource, page)
      after = page.lastKey
      again = true
      continue
    }
    tries = 0
    again = false
    after = page.lastKey
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

function asListError(error: unknown, resource: ApiResource, page: PageReader): unknown {
  const name = resource.group === '' ? resource.name : `${resource.name}.${resource.group}`
  if (page.unordered)
    return new ListError(`the list of ${name} broke off, and it has no order to go on by`, { cause: error })
  return error instanceof LateenError ? error : new ListError(`the list of ${name} can't be read`, { cause: error })
}

/** As many items as should weigh PAGE_BYTES, by what the last page weighed. */
export function nextLimit(items: number, bytes: number): number {
  if (items === 0) return PAGE_ITEMS
  return Math.max(1, Math.min(PAGE_ITEMS, Math.floor(PAGE_BYTES / (bytes / items))))
}

/** What was seen of one page, across its chunks. */
class PageReader {
  items = 0
  bytes = 0
  lastKey: string
  unordered = false
  /** An earlier try has read some of this page: what comes up to its last key is passed over. */
  #again: boolean

  constructor(after: string, again: boolean) {
    this.lastKey = after
    this.#again = again
  }

  fresh(items: RawItem[]): RawItem[] {
    this.items += items.length
    const fresh: RawItem[] = []
    for (const item of items) {
      const key = itemKey(item)
      const ahead = compareKeys(key, this.lastKey) > 0
      if (!ahead && this.#again) continue
      if (!ahead) this.unordered = true
      this.#again = false
      this.lastKey = key
      fresh.push(item)
    }
    return fresh
  }
}

async function readPage(
  transport: Transport,
  path: string,
  signal: AbortSignal | undefined,
  token: string,
  page: PageReader,
  events: ListEvents,
): Promise<ListEnvelope> {
  const response = await transport.request({ method: 'GET', path, ...(signal && { signal }) })
  const cutter = new ListCutter()
  try {
    for await (const chunk of response.body) {
      page.bytes += chunk.length
      events.bytes?.(chunk.length)
      const items = page.fresh(cutter.push(chunk))
      if (items.length > 0) await events.items(items, token)
    }
  } catch (error) {
    response.body.destroy()
    throw error
  }
  return cutter.end()
}

function pagePath(request: ListRequest, token: string, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) })
  if (request.labelSelector) query.set('labelSelector', request.labelSelector)
  if (token !== '') query.set('continue', token)
  return `${resourcePath(request.resource, request.namespace)}?${query}`
}

/** The order of storage keys: that of their UTF-8 bytes. Names are ASCII but for those of some RBAC objects. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

const SURROGATE = /[\ud800-\udfff]/
