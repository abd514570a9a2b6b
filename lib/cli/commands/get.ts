import type { Command } from 'commander'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { labelSelector } from '../flags/kinds.ts'
import { addListFlags, listFormat, type OutputFlags } from '../flags/output-flags.ts'
import { addLocationFlag, type Noun } from '../flags/request-flags.ts'
import { print, type Shown } from '../output/print.ts'
import { allSettingsOf, isForAll, settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'
import { type Findable, find } from './find.ts'
import { findInAll } from './find-in-all.ts'

/** What is listed, and how it is found. */
export interface Listed<View extends { ofCluster?: string }> extends Findable<View> {
  noun: Noun
  /** How it is found where more columns are asked for, and cost more reads. */
  wide?: Pick<Findable<View>, 'list' | 'get'>
  shown: Shown<View>
  examples: string
}

interface GetFlags extends OutputFlags {
  selector?: LabelSelector
  storageLocation?: string
}

/** `backup get`, `restore get`, `schedule get`. */
export function getCommand<View extends { ofCluster?: string }>(
  command: Command,
  cli: Cli,
  done: Done,
  listed: Listed<View>,
): void {
  const { noun, shown, examples } = listed
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  const selector = `Only ${noun}s whose labels match; does not count where names are given.`
  flag(command, '-l, --selector', labelSelector, selector)
  addLocationFlag(command, `The location of the ${noun}s`)
  addListFlags(command, `How to show ${noun}s.`)
  act<GetFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    const format = listFormat(flags)
    checkNames(noun, names)
    const read = format === 'wide' && listed.wide ? { ...listed, ...listed.wide } : listed
    const { views, damaged } = isForAll(command)
      ? await findInAll(cli, read, await allSettingsOf(command, cli), names, flags.selector)
      : await find(cli, read, await settingsOf(command, cli, flags.storageLocation), names, flags.selector)
    if (format !== undefined) await print(cli, shown, views, format, flags)
    return damaged > 0 ? exitCodes.unforeseen : undefined
  })
}
