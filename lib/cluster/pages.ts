import type { ListRequest } from './list.ts'
import { resourcePath } from './objects.ts'
import type { ApiResponse, Transport } from './types.ts'

/** The server's own page limit in Velero and kubectl; what we start with, and never exceed. */
export const PAGE_ITEMS = 500
/** Of JSON: what a page should weigh. 500 Helm Secrets weigh 500 MB, and the API server holds each page whole. */
const PAGE_BYTES = 8 << 20

/** As many items as should weigh PAGE_BYTES, by what others weighed. */
export function nextLimit(items: number, bytes: number): number {
  if (items === 0) return PAGE_ITEMS
  return Math.max(1, Math.min(PAGE_ITEMS, Math.floor(PAGE_BYTES / (bytes / items))))
}

/**
 * Asks for the pages of a list, each by the token that the one before gave. As that stands at the head of a page, the next one can be
 * asked for while most of this one is still to be read: the server is at work meanwhile, and its first bytes wait.
 */
export class Pages {
  readonly #transport: Transport
  readonly #request: ListRequest
  #ahead: { token: string; response: Promise<ApiResponse> } | undefined

  constructor(transport: Transport, request: ListRequest) {
    this.#transport = transport
    this.#request = request
  }

  open(token: string, limit: number): Promise<ApiResponse> {
    const ahead = this.#ahead
    if (ahead?.token !== token) {
      this.drop()
      return this.#ask(token, limit)
    }
    this.#ahead = undefined
    return ahead.response
  }

  /** What fails is told when the page is opened. */
  askAhead(token: string, limit: number): void {
    if (this.#ahead !== undefined) return
    const response = this.#ask(token, limit)
    response.catch(() => {})
    this.#ahead = { token, response }
  }

  /** Nobody opens the page that was asked for. */
  drop(): void {
    this.#ahead?.response.then(
      ({ body }) => body.destroy(),
      () => {},
    )
    this.#ahead = undefined
  }

  #ask(token: string, limit: number): Promise<ApiResponse> {
    const { signal } = this.#request
    return this.#transport.request({
      method: 'GET',
      path: pagePath(this.#request, token, limit),
      ...(signal && { signal }),
    })
  }
}

function pagePath(request: ListRequest, token: string, limit: number): string {
  const query = new URLSearchParams({ limit: String(limit) })
  if (request.labelSelector) query.set('labelSelector', request.labelSelector)
  if (token !== '') query.set('continue', token)
  return `${resourcePath(request.resource, request.namespace)}?${query}`
}
