import { type Document, parseDocument } from 'yaml'

/**
 * Changes a YAML text through its document. The library sets spaces and breaks lines in its own way; so that a change is no
 * more than that in a diff, the lines before and after it are those of the text, as they were written.
 */
export function rewrite(text: string, change: (document: Document) => void): string {
  const original = text === '' || text.endsWith('\n') ? text : `${text}\n`
  const document = parseDocument(original)
  const style = { lineWidth: 0, indentSeq: !LISTS_AT_THE_MARGIN.test(original) }
  const before = lines(document.toString(style))
  change(document)
  const after = lines(document.toString(style)).map(line => (line.trim() === '' ? '' : line))
  if (before.join('\n') === after.join('\n')) return text
  const kept = keptLines(lines(original), before, after)
  const result = kept && joined(kept, original.includes('\r\n') ? '\r' : '')
  // Looks are not worth a wrong file.
  return result !== undefined && sameMeaning(parseDocument(result), document) ? result : after.join('\n')
}

function joined({ head, middle, tail, last }: Kept, ending: string): string {
  return [...head, ...middle.map((line, i) => (i === last ? line : line + ending)), ...tail].join('\n')
}

function sameMeaning(one: Document, other: Document): boolean {
  return one.errors.length === 0 && JSON.stringify(one.toJS()) === JSON.stringify(other.toJS())
}

/** `locations:` and then `- name: a` below it, not indented. */
const LISTS_AT_THE_MARGIN = /^\w+:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*- /m

const lines = (text: string) => text.split('\n')
const isBlank = (line: string | undefined) => line === undefined || line.trim() === ''

interface Kept {
  head: string[]
  middle: string[]
  tail: string[]
  /** The index of the line of `middle` that ends the text and has no line break. */
  last: number
}

/**
 * Where `before`, which is the text in the library's style, is the same as `after` at its start and end, the lines as they were
 * written. Both hold the same characters but for white space, so that is what places are counted in; undefined where they don't.
 */
function keptLines(written: string[], before: string[], after: string[]): Kept | undefined {
  const [placesWritten, placesBefore] = [placesOf(written), placesOf(before)]
  if (placesWritten.at(-1) !== placesBefore.at(-1)) return undefined
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let end = 0
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const isPlace = (index: number) => placesWritten.includes(placesBefore[index] ?? -1)
  // Empty lines may be fewer than were written: a kept part ends, or begins, with a line that has something on it.
  while (start > 0 && (isBlank(before[start - 1]) || !isPlace(start))) start--
  while (end > 0 && (isBlank(before[before.length - end]) || !isPlace(before.length - end))) end--
  const head = written.slice(0, start === 0 ? 0 : placesWritten.indexOf(placesBefore[start] ?? 0))
  const tail = end === 0 ? [] : written.slice(placesWritten.lastIndexOf(placesBefore[before.length - end] ?? 0))
  const middle = after.slice(start, after.length - end)
  return { head, middle, tail, last: end === 0 ? middle.length - 1 : -1 }
}

/** How many characters that are no white space come before each line, and before the end. */
function placesOf(text: readonly string[]): number[] {
  const places = [0]
  for (const line of text) places.push((places.at(-1) ?? 0) + line.replace(/\s+/g, '').length)
  return places
}
