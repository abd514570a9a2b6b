/** One object cut out of a list: its JSON as the server sent it, and the few fields that decide what happens to it. */
export interface RawItem {
  /** The bytes of `{...}`. A view into a network buffer: copy what must outlive the call that hands it over. */
  json: Buffer
  /** `undefined` in items of built-in kinds, whose lists carry both once for all. */
  apiVersion: string | undefined
  kind: string | undefined
  name: string
  /** '' for cluster-scoped objects. */
  namespace: string
  /** metadata.deletionTimestamp is set. */
  deleting: boolean
  /** Where metadata.labels stands in `json`, `{...}`; equal where there are none. */
  labelsStart: number
  labelsEnd: number
}

/** The API server's own order of list items: its storage key, compared as bytes. */
export function itemKey(item: { namespace: string; name: string }): string {
  return item.namespace === '' ? item.name : `${item.namespace}/${item.name}`
}

/** The order of storage keys: that of their UTF-8 bytes. Names are ASCII but for those of some RBAC objects. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

const SURROGATE = /[\ud800-\udfff]/

export function readLabels(item: RawItem): Record<string, string> {
  if (item.labelsEnd === item.labelsStart) return {}
  return JSON.parse(item.json.toString('utf8', item.labelsStart, item.labelsEnd)) as Record<string, string>
}

/** Whether a label's key may be among an item's labels: cheap to ask of every item; readLabels tells for sure. */
export function mayHaveLabel(item: RawItem, key: string): boolean {
  return (
    item.labelsEnd > item.labelsStart && item.json.toString('latin1', item.labelsStart, item.labelsEnd).includes(key)
  )
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
const OPEN_LIST = 91
const CLOSE_LIST = 93
const COLON = 58

/**
 * Reads the head of an object: apiVersion, kind and what RawItem needs of metadata, and no more bytes than that takes.
 * `bare` says that items of this list carry no apiVersion and kind, so that reading may end with metadata.
 * Throws SyntaxError on what is not an object.
 */
export function readItem(json: Buffer, bare: boolean): RawItem {
  const item: RawItem = {
    json,
    apiVersion: undefined,
    kind: undefined,
    name: '',
    namespace: '',
    deleting: false,
    labelsStart: 0,
    labelsEnd: 0,
  }
  let seen = bare ? 2 : 0
  let metadata = false
  let at = skipSpace(json, 1)
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at)
    const length = keyEnd - at - 2
    const valueAt = skipSpace(json, skipSpace(json, keyEnd, COLON) + 1)
    const first = json[at + 1]
    let valueEnd: number
    if (length === 8 && first === 109 /* m */ && isWord(json, at + 1, METADATA)) {
      valueEnd = readMetadata(json, valueAt, item, bare)
      metadata = true
      if (valueEnd < 0) return item
    } else {
      valueEnd = endOfValue(json, valueAt)
      if (length === 10 && isWord(json, at + 1, API_VERSION)) {
        item.apiVersion = text(json, valueAt, valueEnd)
        seen++
      } else if (length === 4 && isWord(json, at + 1, KIND)) {
        item.kind = text(json, valueAt, valueEnd)
        seen++
      }
    }
    if (metadata && seen >= 2) return item
    at = skipSpace(json, valueEnd)
    if (json[at] !== 44) break
    at = skipSpace(json, at + 1)
  }
  if (json[at] !== CLOSE) throw new SyntaxError('an object in a list is not valid JSON')
  return item
}

const METADATA = Buffer.from('metadata')
const API_VERSION = Buffer.from('apiVersion')
const KIND = Buffer.from('kind')
const NAME = Buffer.from('name')
const NAMESPACE = Buffer.from('namespace')
const LABELS = Buffer.from('labels')
const DELETION = Buffer.from('deletionTimestamp')
const MANAGED = Buffer.from('managedFields')

/** Answers where metadata ends, or -1 where the rest need not be read. */
function readMetadata(json: Buffer, start: number, item: RawItem, bare: boolean): number {
  if (json[start] !== OPEN) return endOfValue(json, start)
  let at = skipSpace(json, start + 1)
  while (json[at] === QUOTE) {
    const keyEnd = endOfString(json, at)
    const length = keyEnd - at - 2
    const valueAt = skipSpace(json, skipSpace(json, keyEnd, COLON) + 1)
    // Built-in kinds have metadata in the order of Go's struct, managedFields last: nothing of interest follows it.
    if (bare && length === 13 && item.name !== '' && isWord(json, at + 1, MANAGED)) return -1
    const valueEnd = endOfValue(json, valueAt)
    if (length === 4 && isWord(json, at + 1, NAME)) item.name = text(json, valueAt, valueEnd)
    else if (length === 9 && isWord(json, at + 1, NAMESPACE)) item.namespace = text(json, valueAt, valueEnd)
    else if (length === 6 && isWord(json, at + 1, LABELS) && json[valueAt] === OPEN) {
      item.labelsStart = valueAt
      item.labelsEnd = valueEnd
    } else if (length === 17 && isWord(json, at + 1, DELETION)) item.deleting = json[valueAt] === QUOTE
    at = skipSpace(json, valueEnd)
    if (json[at] !== 44) break
    at = skipSpace(json, at + 1)
  }
  if (json[at] !== CLOSE) throw new SyntaxError('metadata of an object in a list is not valid JSON')
  return at + 1
}

function isWord(json: Buffer, at: number, word: Buffer): boolean {
  for (let i = 0; i < word.length; i++) if (json[at + i] !== word[i]) return false
  return true
}

function text(json: Buffer, start: number, end: number): string {
  if (json[start] !== QUOTE) return ''
  const escaped = json.indexOf(BACKSLASH, start)
  if (escaped !== -1 && escaped < end) return JSON.parse(json.toString('utf8', start, end)) as string
  return json.toString('utf8', start + 1, end - 1)
}

/** The index of the first byte that is no white space, or of `until` where one is given. */
function skipSpace(json: Buffer, start: number, until?: number): number {
  let at = start
  for (;;) {
    const byte = json[at]
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) at++
    else if (until !== undefined && byte !== until) throw new SyntaxError('an object in a list is not valid JSON')
    else return at
  }
}

/** From an opening quote to the index after the closing one. */
function endOfString(json: Buffer, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at + 1
  }
  throw new SyntaxError('a string in a list does not end')
}

function endOfValue(json: Buffer, start: number): number {
  const first = json[start]
  if (first === QUOTE) return endOfString(json, start)
  let at = start
  if (first === OPEN || first === OPEN_LIST) {
    let depth = 0
    for (; at < json.length; at++) {
      const byte = json[at]
      if (byte === QUOTE) at = endOfString(json, at) - 1
      else if (byte === OPEN || byte === OPEN_LIST) depth++
      else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) return at + 1
    }
    throw new SyntaxError('an object in a list does not end')
  }
  while (at < json.length && json[at] !== 44 && json[at] !== CLOSE && json[at] !== CLOSE_LIST) at++
  return at
}
