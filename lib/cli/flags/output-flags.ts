import type { Command } from 'commander'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { flag } from './define.ts'
import { bool, string, stringArray } from './kinds.ts'

const FORMATS = ['table', 'json', 'yaml'] as const
export type OutputFormat = (typeof FORMATS)[number]

/** What lists know beside it: more columns, and `backup.velero.io/NAME` a line, as kubectl has them. */
export type ListFormat = OutputFormat | 'wide' | 'name'

const LIST_FORMATS: readonly string[] = ['table', 'wide', 'json', 'yaml', 'name']

export interface OutputFlags {
  output?: string
  labelColumns?: string[]
  showLabels?: boolean
}

/** Adds -o, -L and --show-labels. `fallback`: without one, the command shows nothing unless -o is given. */
export function addOutputFlags(command: Command, description: string, fallback?: OutputFormat): void {
  addFormatFlag(command, description, fallback)
  addLabelColumnFlags(command)
}

/** The same for lists, which are tables unless something else is asked for. */
export function addListFlags(command: Command, description: string): void {
  addFormatFlag(command, description, 'table', LIST_FORMATS)
  addLabelColumnFlags(command)
}

function addLabelColumnFlags(command: Command): void {
  flag(command, '-L, --label-columns', stringArray, 'A comma-separated list of labels to show as columns of the table.')
  flag(command, '--show-labels', bool, 'Show all labels in the last column of the table.')
}

/** Adds -o alone, for what has no labels. */
export function addFormatFlag(
  command: Command,
  description: string,
  fallback?: OutputFormat,
  formats: readonly string[] = FORMATS,
): void {
  command.optionsGroup('Output:')
  flag(
    command,
    '-o, --output',
    { ...string, words: formats },
    `${description} Valid formats are ${quoted(formats, ' and ')}.`,
    fallback && { value: fallback, shown: JSON.stringify(fallback) },
  )
}

/** The format asked for. Throws InvalidInputError. */
export function outputFormat(flags: Pick<OutputFlags, 'output'>): OutputFormat | undefined {
  return formatAmong(flags, FORMATS) as OutputFormat | undefined
}

/** As outputFormat, of a list. */
export function listFormat(flags: Pick<OutputFlags, 'output'>): ListFormat | undefined {
  return formatAmong(flags, LIST_FORMATS) as ListFormat | undefined
}

function formatAmong({ output }: Pick<OutputFlags, 'output'>, formats: readonly string[]): string | undefined {
  // '' is refused: `create -o "$FORMAT"` with nothing in it would make what was only to be shown.
  if (output === undefined) return undefined
  if (formats.includes(output)) return output
  throw new InvalidInputError(
    `invalid output format ${goQuote(output)} - valid values are ${quoted(formats, ', and ')}`,
  )
}

function quoted(formats: readonly string[], last: string): string {
  const all = formats.map(format => `'${format}'`)
  return `${all.slice(0, -1).join(', ')}${last}${all.at(-1)}`
}
