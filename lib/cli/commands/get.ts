import type { Command } from 'commander'
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
import { type Findable, find } from './find.ts'

/** What is listed, and how it is found. */
export interface Listed<View> extends Findable<View> {
  noun: Noun
  shown: Shown<View>
  examples: string
}

interface GetFlags extends OutputFlags {
  selector?: LabelSelector
  storageLocation?: string
}

/** `backup get`, `restore get`, `schedule get`. */
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
    const { views, damaged } = await find(cli, listed, settings, names, flags.selector)
    if (format !== undefined) await print(cli, shown, views, format, flags)
    return damaged > 0 ? exitCodes.unforeseen : undefined
  })
}
