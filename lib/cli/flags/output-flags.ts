import type { Command } from 'commander'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { flag } from './define.ts'
import { bool, string, stringArray } from './kinds.ts'

const FORMATS = ['table', 'json', 'yaml'] as const
export type OutputFormat = (typeof FORMATS)[number]

export interface OutputFlags {
  output?: string
  labelColumns?: string[]
  showLabels?: boolean
}

/** Adds -o, -L and --show-labels. `fallback`: without one, the command shows nothing unless -o is given. */
export function addOutputFlags(command: Command, description: string, fallback?: OutputFormat): void {
  addFormatFlag(command, description, fallback)
  flag(command, '-L, --label-columns', stringArray, 'A comma-separated list of labels to show as columns of the table.')
  flag(command, '--show-labels', bool, 'Show all labels in the last column of the table.')
}

/** Adds -o alone, for what has no labels. */
export function addFormatFlag(command: Command, description: string, fallback?: OutputFormat): void {
  command.optionsGroup('Output:')
  flag(
    command,
    '-o, --output',
    { ...string, words: FORMATS },
    `${description} Valid formats are 'table', 'json' and 'yaml'.`,
    fallback && { value: fallback, shown: JSON.stringify(fallback) },
  )
}

/** The format asked for; '' is as good as none. */
export function outputFormat(flags: Pick<OutputFlags, 'output'>): OutputFormat | undefined {
  const { output } = flags
  if (output === undefined || output === '') return undefined
  const known = FORMATS.find(format => format === output)
  if (known) return known
  throw new InvalidInputError(`invalid output format ${goQuote(output)} - valid values are 'table', 'json', and 'yaml'`)
}
