import type { Command } from 'commander'
import { goQuote } from '../velero/go-quote.ts'
import { nearest } from '../velero/nearest.ts'
import { shownFlag } from './flags/define.ts'
import { UsageError } from './flags/errors.ts'
import { loadAll } from './lazy-command.ts'
import { pathOf, rootOf } from './paths.ts'

/** What people say elsewhere, and what it may be called here. */
const SYNONYMS: Record<string, readonly string[]> = {
  list: ['get'],
  ls: ['get'],
  show: ['get', 'view'],
  log: ['logs'],
  rm: ['delete'],
  remove: ['delete'],
  add: ['create'],
  new: ['create'],
  edit: ['set'],
  update: ['set'],
  validate: ['check'],
  lint: ['check'],
  print: ['view'],
  suspend: ['pause'],
  resume: ['unpause'],
  run: ['trigger'],
  abort: ['cancel'],
  stop: ['cancel', 'pause'],
  bsl: ['backup-location'],
  location: ['backup-location'],
  locations: ['backup-locations', 'backup-location'],
}

const NO_SERVER =
  'Nothing of Lateen runs in the cluster, so there is nothing to install there; docs/deploy.md tells of the functions.'
const NO_VOLUMES = 'The contents of volumes are not backed up.'

/** Commands of Velero's that are not here, and why. */
const NOT_HERE: Record<string, string> = {
  install: NO_SERVER,
  uninstall: NO_SERVER,
  server: NO_SERVER,
  plugin: NO_SERVER,
  plugins: NO_SERVER,
  'snapshot-location': NO_VOLUMES,
  'snapshot-locations': NO_VOLUMES,
  repo: NO_VOLUMES,
  debug:
    'What a run did is in `lateen backup logs NAME` and `lateen restore logs NAME`; `lateen doctor` checks cluster and bucket.',
  bug: 'Report it with what `lateen version` prints.',
}

export function unknownCommand(name: string, command: Command): UsageError {
  const path = pathOf(command)
  const known = command.commands.filter(isShown).flatMap(child => [child.name(), ...child.aliases()])
  const synonym = SYNONYMS[name]?.find(word => known.includes(word))
  const meant = synonym ?? (NOT_HERE[name] === undefined ? nearest(name, known) : undefined)
  const next = meant === undefined ? NOT_HERE[name] : `Did you mean '${path} ${meant}'?`
  return new UsageError(`unknown command ${goQuote(name)} for ${goQuote(path)}`, {
    usage: `Run '${path} --help' for usage.\n`,
    ...(next !== undefined && { next }),
  })
}

/** An unknown flag, in the words of Go's pflag, with the nearest of those that the command takes, or the commands that take it. */
export async function unknownFlag(text: string, command: Command): Promise<UsageError> {
  const name = text.replace(/=.*$/s, '')
  if (!name.startsWith('--')) return new UsageError(`unknown shorthand flag: '${name.slice(1, 2)}' in ${name}`)
  await loadAll(rootOf(command))
  const next = flagAdvice(name, command)
  return new UsageError(`unknown flag: ${name}`, next === undefined ? {} : { next })
}

function flagAdvice(name: string, command: Command): string | undefined {
  const known: string[] = []
  for (let at: Command | null = command; at; at = at.parent) known.push(...flagsOf(at))
  // What is spelled rightly was not mistyped.
  const takers = takersOf(name, rootOf(command))
  if (takers.length > 0)
    return `It is a flag of ${takers
      .slice(0, 3)
      .map(taker => `'${taker}'`)
      .join(', ')}.`
  const meant = nearest(name, known)
  return meant === undefined ? undefined : `Did you mean ${meant}?`
}

/** The commands below one that take a flag, noun first and then verb first. */
function takersOf(name: string, command: Command): string[] {
  const here = command.parent && flagsOf(command).includes(name) ? [pathOf(command)] : []
  return [...here, ...command.commands.filter(isShown).flatMap(child => takersOf(name, child))]
}

function flagsOf(command: Command): string[] {
  return command.options.flatMap(option => (option.long ? shownFlag(option.long) : []))
}

/** Not one for scripts alone. */
function isShown(command: Command): boolean {
  return !command.name().startsWith('__')
}
