import { durationMs, formatDuration, parseDuration } from '../../velero/duration.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { parseOrSelectors, parseSelector } from '../../velero/selector.ts'
import type { GoDuration, LabelSelector } from '../../velero/types.ts'
import { parseCsvRecord } from './csv.ts'

/** A kind of flag value, after those of Velero's flags: what help calls it, and how it is read. */
export interface FlagKind<T> {
  name: string
  /** What a bare flag stands for; such a flag takes a value by `=` only, never the next word. */
  bare?: string
  /** All that it may be, for completion. */
  words?: readonly string[]
  /** `previous` is what an earlier use of the same flag gave, or the default. Throws with the reason alone. */
  parse(text: string, previous: T | undefined): T
}

export const string: FlagKind<string> = { name: 'string', parse: text => text }

/** One of a few words. */
export function oneOf<Word extends string>(...words: Word[]): FlagKind<Word> {
  return {
    name: 'string',
    words,
    parse(text) {
      const word = words.find(known => known === text)
      if (word === undefined)
        throw new Error(`invalid value: ${goQuote(text)}; valid values are ${words.join(' and ')}`)
      return word
    },
  }
}

/** Comma-separated; a repeated flag replaces the earlier one. */
export const stringArray: FlagKind<string[]> = { name: 'stringArray', parse: text => text.split(',') }

/** Comma-separated with CSV quoting; a repeated flag appends. */
export const strings: FlagKind<string[]> = {
  name: 'strings',
  parse: (text, previous = []) => [...previous, ...(text === '' ? [] : parseCsvRecord(text))],
}

/** Pairs as one CSV record; a repeated flag merges. */
function mapOf(separator: string): FlagKind<Record<string, string>> {
  return {
    name: 'mapStringString',
    parse(text, previous = {}) {
      const entries = parseCsvRecord(text).map(part => {
        const at = part.indexOf(separator)
        if (at < 0) throw new Error(`error parsing ${goQuote(part)}`)
        return [part.slice(0, at), part.slice(at + 1)]
      })
      return { ...previous, ...Object.fromEntries(entries) }
    },
  }
}

/** `k=v,k2=v2` */
export const mapStringString = mapOf('=')

/** `source:target,source2:target2` */
export const mappings = mapOf(':')

const trueWords = ['1', 't', 'T', 'TRUE', 'true', 'True']
const falseWords = ['0', 'f', 'F', 'FALSE', 'false', 'False']

function parseBool(text: string): boolean {
  if (trueWords.includes(text)) return true
  if (falseWords.includes(text)) return false
  throw new Error(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`)
}

export const bool: FlagKind<boolean> = { name: 'bool', bare: 'true', parse: parseBool }

/** True, false, or not said: '' is a flag that was set and unset again. See `said`. */
export type OptionalBool = boolean | ''
export const optionalBool: FlagKind<OptionalBool> = {
  name: 'optionalBool',
  bare: 'true',
  parse: text => (text === '' ? '' : parseBool(text)),
}

/** The same for the flags of which Velero wants a value. */
export const optionalBoolValue: FlagKind<OptionalBool> = { name: optionalBool.name, parse: optionalBool.parse }

/** What a tri-state flag says, if it says anything. */
export function said(value: OptionalBool | undefined): boolean | undefined {
  return value === '' ? undefined : value
}

/** Go's grammar, given back in Go's own form: `24h` is `24h0m0s`. */
export const duration: FlagKind<GoDuration> = { name: 'duration', parse: text => formatDuration(parseDuration(text)) }

/** In ms. */
export const timeLimit: FlagKind<number> = {
  name: 'duration',
  parse(text) {
    const ms = durationMs(text)
    if (ms > 0) return ms
    throw new Error('a time limit is more than no time')
  },
}

export const int: FlagKind<number> = {
  name: 'int',
  parse(text) {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isSafeInteger(value)) throw new Error(`strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`)
    return value
  },
}

export const labelSelector: FlagKind<LabelSelector> = { name: 'labelSelector', parse: text => parseSelector(text) }

export const orLabelSelector: FlagKind<LabelSelector[]> = {
  name: 'orLabelSelector',
  parse: text => parseOrSelectors(text),
}
