import { byBytes } from './byte-order.ts'
import { goQuote, goUnquote } from './go-quote.ts'
import { timestamp } from './timestamps.ts'

export type LogLevel = 'debug' | 'info' | 'warning' | 'error'

export interface LogEntry {
  time: Date
  level: LogLevel
  message: string
  fields: Record<string, string | number>
}

/** logrus leaves values of these characters as they are and quotes all others; the empty value stays empty. */
const BARE = /^[a-zA-Z0-9\-._/@^+]*$/

/** A line of `-logs.gz` as logrus' text formatter writes it, with its newline: time, level, msg, then the fields by name. */
export function formatLogLine({ time, level, message, fields }: LogEntry): string {
  let line = `time="${timestamp(time)}" level=${level}`
  if (message !== '') line += ` msg=${quoted(message)}`
  const named = Object.entries(fields).map(
    ([key, value]) => [CLASHING.has(key) ? `fields.${key}` : key, value] as const,
  )
  for (const [key, value] of named.sort(byName)) line += ` ${key}=${quoted(String(value))}`
  return `${line}\n`
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return byBytes(a, b)
}

function quoted(value: string): string {
  return BARE.test(value) ? value : goQuote(value)
}

/** Fields of these names would be mistaken for logrus' own; it renames them. */
const CLASHING = new Set(['time', 'level', 'msg', 'logrus_error'])

/** logrus' level names, and what they are here. */
const LEVELS: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  fatal: 'error',
  panic: 'error',
}

/**
 * Reads a line of a Velero log, logrus text or JSON, with or without its newline. undefined for a line that is neither,
 * such as what a plugin printed; it is for the caller to show it as it is.
 */
export function parseLogLine(line: string): LogEntry | undefined {
  const { time, level, msg = '', ...fields } = (line.startsWith('{') ? jsonPairs(line) : textPairs(line)) ?? {}
  const known = typeof level === 'string' ? LEVELS[level] : undefined
  const date = new Date(time ?? Number.NaN)
  if (known === undefined || Number.isNaN(date.getTime())) return undefined
  return { time: date, level: known, message: String(msg), fields }
}

const PAIR = /([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))(?: |\r?\n?$)/y

function textPairs(line: string): Record<string, string> | undefined {
  const pairs: [string, string][] = []
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < line.length) {
    const [, key = '', quoted, bare = ''] = PAIR.exec(line) ?? []
    if (key === '') return undefined
    pairs.push([key, quoted === undefined ? bare : goUnquote(quoted)])
  }
  return Object.fromEntries(pairs)
}

function jsonPairs(line: string): Record<string, string | number> | undefined {
  try {
    const pairs = Object.entries(JSON.parse(line) as Record<string, unknown>)
    return Object.fromEntries(pairs.map(([key, value]) => [key, isPlain(value) ? value : JSON.stringify(value)]))
  } catch {
    return undefined // Not JSON, so not a log line; the caller is told.
  }
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
