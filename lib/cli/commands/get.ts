import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { labelSelector } from '../flags/kinds.ts'
import { addOutputFlags, type OutputFlags, outputFormat } from '../flags/output-flags.ts'
import { addLocationFlag, type Noun } from '../flags/request-flags.ts'
import { print, type Shown } from '../output/print.ts'
import { settingsOf } from '../settings.ts'

/** What is listed, and how it is found. */
export interface Listed<View> {
  noun: Noun
  shown: Shown<View>
  examples: string
  /** All of them by name; `onDamaged` is told of each that can't be read. */
  list(settings: Settings, onDamaged: (error: Error) => void): Promise<View[]>
  get(settings: Settings, name: string): Promise<View>
}

interface GetFlags extends OutputFlags {
  selector?: LabelSelector
  storageLocation?: string
}

/** `backup get`, `restore get`. */
export function getCommand<View>(command: Command, cli: Cli, done: Done, listed: Listed<View>): void {
  const { noun, shown, examples } = listed
  command.description(`Get ${noun}s`).addHelpText('after', examples)
  command.optionsGroup('Which:')
  const selector = `Only ${noun}s whose labels match; does not count where names are given.`
  flag(command, '-l, --selector', labelSelector, selector)
  addLocationFlag(command, `The location of the ${noun}s`)
  addOutputFlags(command, `How to show ${noun}s.`, 'table')
  act<GetFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    const format = outputFormat(flags)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    let damaged = 0
    const onDamaged = ({ message }: Error) => {
      damaged += 1
      cli.stderr.write(`An error occurred: ${message}\n`)
    }
    const views = await find(listed, settings, names, onDamaged, flags.selector)
    if (format !== undefined) await print(cli, shown, views, format, flags)
    return damaged > 0 ? exitCodes.unforeseen : undefined
  })
}

/** The named ones in their order, and none at all if one of them is missing; else all that match. */
async function find<View>(
  { shown, list, get }: Listed<View>,
  settings: Settings,
  names: string[],
  onDamaged: (error: Error) => void,
  selector?: LabelSelector,
): Promise<View[]> {
  if (names.length > 0) return Promise.all(names.map(name => get(settings, name)))
  const views = await list(settings, onDamaged)
  return selector ? views.filter(view => matchesSelector(selector, shown.object(view).metadata.labels)) : views
}
