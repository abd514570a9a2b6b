import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { bool, labelSelector, string } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { clockOf } from '../output/print.ts'
import type { Clock } from '../output/times.ts'
import { inColour, settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'
import { type Findable, find } from './find.ts'

/** What is described, and how. */
export interface Described<View, Description extends object> extends Findable<View> {
  noun: 'backup' | 'restore'
  examples: string
  describe(settings: Settings, views: readonly View[], options: { details: boolean }): AsyncIterable<Description>
  text(description: Description, clock: Clock, details: boolean): Promise<AsyncIterable<string>>
  document(description: Description, clock: Clock, details: boolean): Promise<Record<string, unknown>>
}

interface DescribeFlags {
  selector?: LabelSelector
  storageLocation?: string
  details?: boolean
  output: string
}

/** `backup describe`, `restore describe`. */
export function describeCommand<View, Description extends object>(
  command: Command,
  cli: Cli,
  done: Done,
  described: Described<View, Description>,
): void {
  const { noun, examples } = described
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  const selector = `Only ${noun}s whose labels match; does not count where names are given.`
  flag(command, '-l, --selector', labelSelector, selector)
  addLocationFlag(command, `The location of the ${noun}s`)
  command.optionsGroup('Output:')
  flag(command, '--details', bool, 'Also show each resource, snapshot and operation.')
  const formats = "How to show it. Valid formats are 'plaintext', 'json' and 'yaml'."
  flag(command, '-o, --output', string, formats, { value: 'plaintext', shown: '"plaintext"' })
  act<DescribeFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    const { output, details = false } = flags
    const show = shows[output]
    if (show === undefined)
      throw new InvalidInputError(`invalid output format '${output}'. valid value are 'plaintext, json, yaml'`)
    checkNames(noun, names)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const clock = clockOf(cli)
    const { views, damaged } = await find(cli, described, settings, names, flags.selector)
    let unreadable = damaged > 0
    async function* noticed(): AsyncGenerator<Description> {
      for await (const description of described.describe(settings, views, { details })) {
        unreadable ||= isUnreadable(description)
        yield description
      }
    }
    const context: Context<Description> = {
      count: views.length,
      kind: noun === 'backup' ? 'BackupDescriptionList' : 'RestoreDescriptionList',
      painted: await inColour(command, cli),
      text: description => described.text(description, clock, details),
      document: description => described.document(description, clock, details),
    }
    await write(cli, show(noticed(), context))
    return unreadable ? exitCodes.unforeseen : undefined
  })
}

/** Whether a file that is there can't be read. */
function isUnreadable(description: object): boolean {
  return Object.values(description).some(part => (part as { is?: unknown } | undefined)?.is === 'unreadable')
}

/** What is printed at once, in characters. */
const PIECE = 64 << 10

/** Prints piece by piece, and waits for a slow reader, so that nothing piles up. */
async function write({ stdout }: Cli, texts: AsyncIterable<string>): Promise<void> {
  let text = ''
  try {
    for await (const next of texts) {
      text += next
      if (text.length < PIECE) continue
      const isTaken = stdout.write(text)
      text = ''
      if (!isTaken) await new Promise(resolve => stdout.once('drain', resolve))
    }
  } finally {
    stdout.write(text)
  }
}

interface Context<Description> {
  count: number
  /** Of a list of them. */
  kind: string
  painted: boolean
  text(description: Description): Promise<AsyncIterable<string>>
  document(description: Description): Promise<Record<string, unknown>>
}

type Show = <D>(descriptions: AsyncIterable<D>, context: Context<D>) => AsyncGenerator<string>

const shows: Readonly<Record<string, Show>> = { plaintext, json, yaml }

/** Two blank lines between them. */
async function* plaintext<D>(descriptions: AsyncIterable<D>, context: Context<D>): AsyncGenerator<string> {
  const { painted } = await import('../output/colours.ts')
  let between = ''
  for await (const description of descriptions) {
    yield between
    for await (const text of await context.text(description)) yield painted(text, context.painted)
    between = '\n\n'
  }
}

/** One as itself, none or several as a list. */
async function* json<D>(descriptions: AsyncIterable<D>, context: Context<D>): AsyncGenerator<string> {
  const { documentJson } = await import('../output/document-json.ts')
  const isList = context.count !== 1
  if (isList) yield `{\n    "apiVersion": "describe.lateen.io/v1",\n    "items": [`
  let before = '\n        '
  for await (const description of descriptions) {
    if (isList) yield before
    yield* documentJson(await context.document(description), isList ? '\n        ' : '\n')
    before = ',\n        '
  }
  yield isList ? `${context.count === 0 ? '' : '\n    '}],\n    "kind": "${context.kind}"\n}\n` : '\n'
}

/** Put together in memory, as the encoder needs it. */
async function* yaml<D>(descriptions: AsyncIterable<D>, context: Context<D>): AsyncGenerator<string> {
  const { whole } = await import('../output/document-json.ts')
  const { encodeYaml } = await import('../output/encode.ts')
  const items: unknown[] = []
  for await (const description of descriptions) items.push(await whole(await context.document(description)))
  yield await encodeYaml(
    context.count === 1 ? items[0] : { apiVersion: 'describe.lateen.io/v1', kind: context.kind, items },
  )
}
