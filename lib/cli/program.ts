import { Command } from 'commander'
import { goQuote } from '../velero/go-quote.ts'
import { nearest } from '../velero/nearest.ts'
import type { Done } from './action.ts'
import type { Cli } from './cli.ts'
import { backupCancel } from './commands/backup-cancel.ts'
import { backupCreate } from './commands/backup-create.ts'
import { backupDelete } from './commands/backup-delete.ts'
import { backupDownload } from './commands/backup-download.ts'
import { backupGet } from './commands/backup-get.ts'
import { backupLogs } from './commands/backup-logs.ts'
import { doctorCommand } from './commands/doctor.ts'
import { gcCommand } from './commands/gc.ts'
import { restoreCancel } from './commands/restore-cancel.ts'
import { restoreCreate } from './commands/restore-create.ts'
import { restoreDelete } from './commands/restore-delete.ts'
import { restoreGet } from './commands/restore-get.ts'
import { restoreLogs } from './commands/restore-logs.ts'
import { scheduleCreate } from './commands/schedule-create.ts'
import { scheduleDelete } from './commands/schedule-delete.ts'
import { scheduleDescribe } from './commands/schedule-describe.ts'
import { scheduleGet } from './commands/schedule-get.ts'
import { schedulePause, scheduleUnpause } from './commands/schedule-pause.ts'
import { scheduleTrigger } from './commands/schedule-trigger.ts'
import { versionCommand } from './commands/version.ts'
import { UsageError } from './flags/errors.ts'
import { addGlobalFlags } from './flags/globals.ts'
import { helpLayout } from './help.ts'

/** The tree of commands: each noun with its verbs, and the verbs that Velero also takes first. */
export function buildProgram(cli: Cli, done: Done): Command {
  const program = new Command('lateen')
    .description('Back up and restore Kubernetes cluster resources.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: text => cli.stdout.write(text),
      // What goes wrong is told once, by the caller.
      writeErr: () => {},
      getOutHelpWidth: () => cli.stdout.columns || 100,
      getOutHasColors: () => false,
    })
    .configureHelp(helpLayout)
    .helpOption('-h, --help', 'Help for this command')
    .helpCommand('help', 'Help about any command')
    .addHelpText('after', examples)
  addGlobalFlags(program)

  program.commandsGroup('Backups:')
  const backup = group(program, 'backup', 'Work with backups')
  backupCreate(backup.command('create'), cli, done)
  backupGet(backup.command('get'), cli, done)
  backupLogs(backup.command('logs'), cli, done)
  backupDownload(backup.command('download'), cli, done)
  backupCancel(backup.command('cancel'), cli, done)
  backupDelete(backup.command('delete'), cli, done)

  program.commandsGroup('Restores:')
  const restore = group(program, 'restore', 'Work with restores')
  restoreCreate(restore.command('create'), cli, done)
  restoreGet(restore.command('get'), cli, done)
  restoreLogs(restore.command('logs'), cli, done)
  restoreCancel(restore.command('cancel'), cli, done)
  restoreDelete(restore.command('delete'), cli, done)

  program.commandsGroup('Schedules:')
  const schedule = group(program, 'schedule', 'Work with schedules')
  scheduleCreate(schedule.command('create'), cli, done)
  scheduleGet(schedule.command('get'), cli, done)
  scheduleDescribe(schedule.command('describe'), cli, done)
  schedulePause(schedule.command('pause'), cli, done)
  scheduleUnpause(schedule.command('unpause'), cli, done)
  scheduleTrigger(schedule.command('trigger'), cli, done)
  scheduleDelete(schedule.command('delete'), cli, done)

  program.commandsGroup('Verbs first:')
  const create = group(program, 'create', 'Create a backup, a restore or a schedule')
  backupCreate(create.command('backup'), cli, done)
  restoreCreate(create.command('restore'), cli, done)
  scheduleCreate(create.command('schedule'), cli, done)
  const get = group(program, 'get', 'Get backups, restores or schedules')
  backupGet(get.command('backups').alias('backup'), cli, done)
  restoreGet(get.command('restores').alias('restore'), cli, done)
  scheduleGet(get.command('schedules').alias('schedule'), cli, done)
  const describe = group(program, 'describe', 'Describe schedules')
  scheduleDescribe(describe.command('schedules').alias('schedule'), cli, done)
  const remove = group(program, 'delete', 'Delete backups, restores or schedules')
  backupDelete(remove.command('backup').alias('backups'), cli, done)
  restoreDelete(remove.command('restore').alias('restores'), cli, done)
  scheduleDelete(remove.command('schedule').alias('schedules'), cli, done)

  program.commandsGroup('Other:')
  doctorCommand(program.command('doctor'), cli, done)
  gcCommand(program.command('gc'), cli, done)
  versionCommand(program.command('version'), cli, done)
  onlyCommands(program)
  return program
}

function group(program: Command, name: string, description: string): Command {
  return onlyCommands(program.command(name).description(description))
}

/** A command that does nothing itself: alone it shows its help, and it refuses what it does not know. */
function onlyCommands(command: Command): Command {
  return command
    .usage('[command] [flags]')
    .allowUnknownOption()
    .argument('[command...]')
    .action(([name]: string[]) => {
      if (name === undefined) return command.outputHelp()
      throw name.startsWith('-') ? unknownFlag(name, command) : unknownCommand(name, command)
    })
}

const synonyms: Record<string, string> = {
  list: 'get',
  ls: 'get',
  show: 'get',
  log: 'logs',
  rm: 'delete',
  remove: 'delete',
  suspend: 'pause',
  resume: 'unpause',
  run: 'trigger',
  abort: 'cancel',
  stop: 'cancel',
}

function unknownCommand(name: string, command: Command): UsageError {
  const path = pathOf(command)
  const known = command.commands.flatMap(child => [child.name(), ...child.aliases()])
  const synonym = synonyms[name] ?? ''
  const meant = known.includes(synonym) ? synonym : nearest(name, known)
  return new UsageError(`unknown command ${goQuote(name)} for ${goQuote(path)}`, {
    usage: `Run '${path} --help' for usage.\n`,
    ...(meant !== undefined && { next: `Did you mean '${path} ${meant}'?` }),
  })
}

/** An unknown flag, in the words of Go's pflag, with the nearest of those that the command takes. */
export function unknownFlag(text: string, command: Command): UsageError {
  const name = text.replace(/=.*$/s, '')
  if (!name.startsWith('--')) return new UsageError(`unknown shorthand flag: '${name.slice(1, 2)}' in ${name}`)
  const known: string[] = []
  for (let at: Command | null = command; at; at = at.parent)
    known.push(...at.options.flatMap(option => option.long ?? []))
  const meant = nearest(name, known)
  return new UsageError(`unknown flag: ${name}`, meant === undefined ? {} : { next: `Did you mean ${meant}?` })
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

const examples = `
Examples:
  # Back up the cluster of the current context.
  lateen backup create backup1 --bucket s3://velero-backups

  # Bring back from it one namespace that was lost.
  lateen restore create --from-backup backup1 --include-namespaces shop --bucket s3://velero-backups

  # See what there is; LATEEN_BUCKET saves typing --bucket.
  lateen backup get --bucket s3://velero-backups

  # Have one made every night, and those that expired deleted.
  lateen schedule create nightly --schedule '0 3 * * *'
  lateen gc`
