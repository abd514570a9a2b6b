import type { Settings } from '../../config/types.ts'
import { LateenError } from '../../velero/errors.ts'
import type { Cli } from '../cli.ts'
import { exitCodeOf, exitCodes } from '../exit-codes.ts'
import type { ChoiceFlags } from '../flags/choice-flags.ts'
import type { Noun } from '../flags/request-flags.ts'
import { isNamed } from '../is-named.ts'
import { errorText } from '../output/error-text.ts'
import { type Findable, findAll } from './find.ts'

/** Objects of one kind that something is done to. */
export interface Choosable<View> extends Pick<Findable<View>, 'shown' | 'list'> {
  noun: Noun
  /** The class of the error for a name that nothing has. By name, for the class is not this layer's to import. */
  notFound: string
}

/**
 * Does something to each of the objects that are named, that match, or to all. One that fails is told on stderr and keeps no other
 * from being tried. Answers the worst exit code.
 */
export async function forEachChosen<View>(
  cli: Cli,
  settings: Settings,
  kind: Choosable<View>,
  given: readonly string[],
  flags: ChoiceFlags,
  act: (name: string) => Promise<void>,
): Promise<number> {
  const { noun, notFound, shown } = kind
  const none = `No ${noun}s found\n`
  const once = [...new Set(given)]
  if (once.length > 0) {
    const { failures, worst } = await forEach(cli, once, act)
    if (failures.filter(error => isNamed(error, notFound)).length === once.length) cli.stdout.write(none)
    return worst
  }
  const { views, damaged } = await findAll(cli, kind, settings, flags.selector)
  if (views.length === 0 && damaged === 0) cli.stdout.write(none)
  const names = views.map(view => shown.object(view).metadata.name)
  const { worst } = await forEach(cli, names, name => act(name).catch(unlessGone(notFound)))
  return damaged > 0 ? Math.max(worst, exitCodes.unforeseen) : worst
}

/** What was listed may be gone by the time that it is dealt with. */
function unlessGone(notFound: string): (error: unknown) => void {
  return error => {
    if (!isNamed(error, notFound)) throw error
  }
}

/** The same for names alone. */
export async function forEach(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<unknown>,
): Promise<{ failures: LateenError[]; worst: number }> {
  const failures: LateenError[] = []
  for (const name of names) {
    try {
      await act(name)
    } catch (error) {
      if (!(error instanceof LateenError)) throw error
      cli.stderr.write(errorText(error))
      failures.push(error)
    }
  }
  return { failures, worst: Math.max(exitCodes.completed, ...failures.map(exitCodeOf)) }
}
