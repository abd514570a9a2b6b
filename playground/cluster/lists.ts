import type { JsonObject } from './json.ts'
import { groupVersion, type Kind } from './kinds.ts'
import { itemBytes } from './render.ts'
import { parseFieldSelector, parseLabelSelector } from './selectors.ts'
import { badRequest, expired } from './status.ts'
import { type Entry, lowerBound, type Snapshot, type Store } from './store.ts'

export interface ListOptions {
  /** '' for the whole cluster. */
  namespace: string
  query: URLSearchParams
}

interface Page {
  revision: number
  entries: Entry[]
  continue: string
  remaining: number
}

/** What a continue token says. The revision -1 stands for the newest one: the way on after a 410. */
interface Token {
  v: 'meta.k8s.io/v1'
  rv: number
  start: string
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.'

const encodeToken = (rv: number, start: string) =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start } satisfies Token)).toString('base64url')

function decodeToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Token
    if (token.v === 'meta.k8s.io/v1' && typeof token.rv === 'number' && typeof token.start === 'string') return token
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${(error as Error).message}`)
  }
  throw badRequest('invalid continue token: continue key is not valid: server does not recognize this encoded version')
}

/** One page of a list, or all of it. Throws 400 on a bad parameter and 410 on a token that is too old. */
export function listPage(store: Store, kind: Kind, { namespace, query }: ListOptions): Page {
  const selects = selector(query)
  const token = query.get('continue') ? decodeToken(query.get('continue') ?? '') : undefined
  if (token && query.get('resourceVersion'))
    throw badRequest('specifying resource version is not allowed when using continue')
  const prefix = namespace === '' ? '' : `${namespace}/`
  const { snapshot, revision } = moment(store, kind, token)
  const end = namespace === '' ? snapshot.length : lowerBound(snapshot, `${namespace}0`)
  let next = lowerBound(snapshot, prefix + (token?.start.replace(/^\//, '') ?? ''))
  const limit = limitOf(query)
  const entries: Entry[] = []
  for (
    let entry = snapshot[next];
    entry !== undefined && next < end && entries.length < limit;
    entry = snapshot[next]
  ) {
    if (selects === undefined || selects(entry)) entries.push(entry)
    next++
  }
  if (next >= end) return { revision, entries, continue: '', remaining: 0 }
  if (revision === store.revision) store.keep(kind.storage)
  const last = snapshot[next - 1]?.key.slice(prefix.length) ?? ''
  // A count that ignores the selector would mislead, so the server gives none.
  const remaining = selects === undefined ? end - next : 0
  return { revision, entries, continue: encodeToken(revision, `/${last}\0`), remaining }
}

function moment(store: Store, kind: Kind, token: Token | undefined): { snapshot: Snapshot; revision: number } {
  if (token === undefined || token.rv === -1 || token.rv === store.revision)
    return { snapshot: store.snapshot(kind.storage), revision: store.revision }
  const snapshot = store.kept(kind.storage, token.rv)
  if (snapshot === undefined) throw expired(TOO_OLD, encodeToken(-1, token.start.replace(/^\//, '')))
  return { snapshot, revision: token.rv }
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? ''
  if (text !== '' && !/^-?\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  // "Any version will do" is answered from the server's cache, which does not page.
  const unlimited = Number(text) <= 0 || (query.get('resourceVersion') === '0' && !query.get('continue'))
  return unlimited ? Number.POSITIVE_INFINITY : Number(text)
}

function selector(query: URLSearchParams): ((entry: Entry) => boolean) | undefined {
  const labels = query.get('labelSelector')
  const fields = query.get('fieldSelector')
  if (!labels && !fields) return undefined
  const byLabels = parseLabelSelector(labels ?? '')
  const byFields = parseFieldSelector(fields ?? '')
  return entry => byLabels(entry.labels ?? {}) && byFields(entry)
}

/** A page as the server writes it: built-in kinds with the metadata before the items, custom ones in the order of keys. */
export function* printPage(kind: Kind, page: Page): Generator<Buffer> {
  const more = page.remaining > 0 ? { remainingItemCount: page.remaining } : {}
  const resourceVersion = String(page.revision)
  const apiVersion = groupVersion(kind)
  let [head, tail] = ['', '']
  if (kind.custom === undefined) {
    const metadata: JsonObject = { resourceVersion, ...(page.continue && { continue: page.continue }), ...more }
    head = `${JSON.stringify({ kind: kind.listKind, apiVersion, metadata }).slice(0, -1)},"items":[`
    tail = ']}\n'
  } else {
    head = `{"apiVersion":"${apiVersion}","items":[`
    const metadata: JsonObject = { continue: page.continue, ...more, resourceVersion }
    tail = `],"kind":"${kind.listKind}","metadata":${JSON.stringify(metadata)}}\n`
  }
  const comma = Buffer.from(',')
  yield Buffer.from(head)
  for (const [i, entry] of page.entries.entries()) {
    if (i > 0) yield comma
    yield itemBytes(kind, entry)
  }
  yield Buffer.from(tail)
}
