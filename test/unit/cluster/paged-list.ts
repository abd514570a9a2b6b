import {
  ApiError,
  type ApiRequest,
  type ApiResponse,
  ConnectionError,
  type Transport,
} from '../../../lib/cluster/types.ts'

/** What goes wrong with one request: its place among all requests, from 1. */
export interface Trouble {
  /** The connection breaks after this part of the page's bytes. */
  breakAt?: number
  /** The continue token has expired; with `fresh`, the answer brings another. */
  expired?: 'fresh' | 'bare'
  /** The body ends early, without an error. */
  shortAt?: number
}

export interface PagedList extends Transport {
  /** The limit of every request so far. */
  limits: number[]
  tokens: string[]
}

/** A list of keys in the order of the server, `ns/name` or `name`, behind a Transport: pages, tokens and troubles, no network. */
export function pagedList(
  keys: () => readonly string[],
  options: {
    trouble?: (request: number) => Trouble | undefined
    pad?: (key: string) => number
    chunk?: number
    page?: number
  } = {},
): PagedList {
  const { trouble = () => undefined, pad = () => 0, chunk = 64, page = Number.POSITIVE_INFINITY } = options
  const limits: number[] = []
  const tokens: string[] = []
  const request = async ({ path }: ApiRequest): Promise<ApiResponse> => {
    const query = new URL(path, 'http://server').searchParams
    const token = query.get('continue') ?? ''
    limits.push(Number(query.get('limit')))
    tokens.push(token)
    const wrong = trouble(limits.length)
    if (wrong?.expired !== undefined && token !== '')
      throw new ApiError('too old', {
        status: 410,
        reason: 'Expired',
        body: wrong.expired === 'fresh' ? { metadata: { continue: `${token}'` } } : {},
      })
    const start = token === '' ? 0 : Number(token.replaceAll("'", ''))
    const all = keys()
    const end = Math.min(start + Math.min(Number(query.get('limit')), page), all.length)
    const items = all.slice(start, end).map(key => {
      const [name, namespace] = key.split('/').reverse()
      return { metadata: { name, ...(namespace !== undefined && { namespace }) }, data: 'x'.repeat(pad(key)) }
    })
    const metadata = end < all.length ? { continue: String(end) } : {}
    const bytes = Buffer.from(JSON.stringify({ kind: 'List', metadata, items }))
    return { status: 200, headers: {}, body: Object.assign(body(bytes, chunk, wrong), { destroy: () => {} }) }
  }
  return { server: 'https://api.example.com', limits, tokens, request, close: async () => {} }
}

async function* body(bytes: Buffer, chunk: number, wrong: Trouble | undefined): AsyncGenerator<Buffer> {
  const end = Math.floor(bytes.length * (wrong?.breakAt ?? wrong?.shortAt ?? 1))
  for (let at = 0; at < end; at += chunk) yield bytes.subarray(at, Math.min(at + chunk, end))
  if (wrong?.breakAt !== undefined) throw new ConnectionError('the connection broke off')
}
