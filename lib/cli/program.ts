import { Command } from 'commander'
import type { Done } from './action.ts'
import type { Cli } from './cli.ts'
import { backupCancel } from './commands/backup-cancel.ts'
import { backupCat, backupLs } from './commands/backup-contents.ts'
import { backupCreate } from './commands/backup-create.ts'
import { backupDelete } from './commands/backup-delete.ts'
import { backupDescribe } from './commands/backup-describe.ts'
import { backupDownload } from './commands/backup-download.ts'
import { backupGet } from './commands/backup-get.ts'
import { backupLocationCreate } from './commands/backup-location-create.ts'
import { backupLocationDelete } from './commands/backup-location-delete.ts'
import { backupLocationGet } from './commands/backup-location-get.ts'
import { backupLocationSet } from './commands/backup-location-set.ts'
import { backupLogs } from './commands/backup-logs.ts'
import { clientConfigGet } from './commands/client-config-get.ts'
import { clientConfigSet } from './commands/client-config-set.ts'
import { completionCommand } from './commands/completion.ts'
import { configCheck } from './commands/config-check.ts'
import { configSchema } from './commands/config-schema.ts'
import { configView } from './commands/config-view.ts'
import { doctorCommand } from './commands/doctor.ts'
import { gcCommand } from './commands/gc.ts'
import { namesCommand } from './commands/names.ts'
import { restoreCancel } from './commands/restore-cancel.ts'
import { restoreCreate } from './commands/restore-create.ts'
import { restoreDelete } from './commands/restore-delete.ts'
import { restoreDescribe } from './commands/restore-describe.ts'
import { restoreGet } from './commands/restore-get.ts'
import { restoreLogs } from './commands/restore-logs.ts'
import { scheduleCreate } from './commands/schedule-create.ts'
import { scheduleDelete } from './commands/schedule-delete.ts'
import { scheduleDescribe } from './commands/schedule-describe.ts'
import { scheduleGet } from './commands/schedule-get.ts'
import { schedulePause, scheduleUnpause } from './commands/schedule-pause.ts'
import { scheduleTrigger } from './commands/schedule-trigger.ts'
import { versionCommand } from './commands/version.ts'
import { addGlobalFlags } from './flags/globals.ts'
import { helpLayout } from './help.ts'
import { unknownCommand, unknownFlag } from './unknown.ts'

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
    .helpCommand(false)
    .addHelpText('after', examples)
  addGlobalFlags(program)

  program.commandsGroup('Backups:')
  const backup = group(program, 'backup', 'Work with backups')
  backupCreate(backup.command('create'), cli, done)
  backupGet(backup.command('get'), cli, done)
  backupDescribe(backup.command('describe'), cli, done)
  backupLogs(backup.command('logs'), cli, done)
  backupDownload(backup.command('download'), cli, done)
  backupLs(backup.command('ls'), cli, done)
  backupCat(backup.command('cat'), cli, done)
  backupCancel(backup.command('cancel'), cli, done)
  backupDelete(backup.command('delete'), cli, done)

  program.commandsGroup('Restores:')
  const restore = group(program, 'restore', 'Work with restores')
  restoreCreate(restore.command('create'), cli, done)
  restoreGet(restore.command('get'), cli, done)
  restoreDescribe(restore.command('describe'), cli, done)
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

  program.commandsGroup('Settings:')
  const location = group(program, 'backup-location', 'Work with the locations that backups lie in')
  backupLocationCreate(location.command('create'), cli, done)
  backupLocationGet(location.command('get'), cli, done)
  backupLocationSet(location.command('set'), cli, done)
  backupLocationDelete(location.command('delete'), cli, done)
  const config = group(program, 'config', 'Look at lateen.yaml and what else counts')
  configCheck(config.command('check'), cli, done)
  configView(config.command('view'), cli, done)
  configSchema(config.command('schema'), cli, done)
  const client = group(
    group(program, 'client', 'Work with settings of this user'),
    'config',
    'Get and set settings of this user',
  )
  clientConfigGet(client.command('get'), cli, done)
  clientConfigSet(client.command('set'), cli, done)

  program.commandsGroup('Verbs first:')
  const create = group(program, 'create', 'Create a backup, a restore, a schedule or a backup-location')
  backupCreate(create.command('backup'), cli, done)
  restoreCreate(create.command('restore'), cli, done)
  scheduleCreate(create.command('schedule'), cli, done)
  backupLocationCreate(create.command('backup-location'), cli, done)
  const get = group(program, 'get', 'Get backups, restores, schedules or backup-locations')
  backupGet(get.command('backups').alias('backup'), cli, done)
  restoreGet(get.command('restores').alias('restore'), cli, done)
  scheduleGet(get.command('schedules').alias('schedule'), cli, done)
  backupLocationGet(get.command('backup-locations').alias('backup-location'), cli, done)
  const describe = group(program, 'describe', 'Describe backups, restores or schedules')
  backupDescribe(describe.command('backups').alias('backup'), cli, done)
  restoreDescribe(describe.command('restores').alias('restore'), cli, done)
  scheduleDescribe(describe.command('schedules').alias('schedule'), cli, done)
  const remove = group(program, 'delete', 'Delete backups, restores, schedules or backup-locations')
  backupDelete(remove.command('backup').alias('backups'), cli, done)
  restoreDelete(remove.command('restore').alias('restores'), cli, done)
  scheduleDelete(remove.command('schedule').alias('schedules'), cli, done)
  backupLocationDelete(remove.command('backup-location').alias('backup-locations'), cli, done)

  program.commandsGroup('Tools:')
  doctorCommand(program.command('doctor'), cli, done)
  gcCommand(program.command('gc'), cli, done)
  completionCommand(program.command('completion'), cli, done)
  versionCommand(program.command('version'), cli, done)
  helpCommand(program.command('help'), program)
  namesCommand(program.command('__names', { hidden: true }), cli, done)
  onlyCommands(program)
  return program
}

function group(program: Command, name: string, description: string): Command {
  return onlyCommands(program.command(name).description(description))
}

/** `lateen help backup create` */
function helpCommand(command: Command, program: Command): void {
  command
    .description('Help about any command')
    .usage('[command...]')
    .argument('[command...]')
    .action((words: string[]) => {
      let at = program
      for (const word of words) {
        const child = at.commands.find(known => known.name() === word || known.aliases().includes(word))
        if (child === undefined) throw unknownCommand(word, at)
        at = child
      }
      at.outputHelp()
    })
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
  lateen gc

  # Keep the bucket in lateen.yaml in place of a flag, and see what counts after all.
  lateen backup-location create default --provider aws --bucket velero-backups
  lateen config view`
