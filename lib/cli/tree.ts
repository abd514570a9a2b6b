import type { Command } from 'commander'
import type { Done } from './action.ts'
import type { Cli } from './cli.ts'

/** Gives a command its flags, its examples and what it does. */
export type Fill = (command: Command, cli: Cli, done: Done) => void

/** A command that does something: what help of those above it tells, and where the rest is, which is loaded for that command alone. */
export interface Leaf {
  description: string
  load: () => Promise<Fill>
}

/** A leaf where it stands in the tree. */
export interface NamedLeaf extends Leaf {
  name: string
  alias?: string
  /** For scripts of ours. */
  hidden?: boolean
}

/** A command that has others below it. */
export interface Group {
  name: string
  description: string
  commands: readonly Node[]
}

export type Node = Group | NamedLeaf

const backupCreate = leaf('Create a backup', async () => (await import('./commands/backup-create.ts')).backupCreate)
const backupGet = leaf('Get backups', async () => (await import('./commands/backup-get.ts')).backupGet)
const backupDescribe = leaf(
  'Describe backups',
  async () => (await import('./commands/backup-describe.ts')).backupDescribe,
)
const backupLogs = leaf('Get backup logs', async () => (await import('./commands/backup-logs.ts')).backupLogs)
const backupDownload = leaf(
  'Download all Kubernetes manifests for a backup',
  async () => (await import('./commands/backup-download.ts')).backupDownload,
)
const backupLs = leaf(
  'List the objects of a backup',
  async () => (await import('./commands/backup-contents.ts')).backupLs,
)
const backupCat = leaf(
  'Print objects of a backup as JSON',
  async () => (await import('./commands/backup-contents.ts')).backupCat,
)
const backupCancel = leaf(
  'End backups that are at work',
  async () => (await import('./commands/backup-cancel.ts')).backupCancel,
)
const backupDelete = leaf('Delete backups', async () => (await import('./commands/backup-delete.ts')).backupDelete)

const restoreCreate = leaf('Create a restore', async () => (await import('./commands/restore-create.ts')).restoreCreate)
const restoreGet = leaf('Get restores', async () => (await import('./commands/restore-get.ts')).restoreGet)
const restoreDescribe = leaf(
  'Describe restores',
  async () => (await import('./commands/restore-describe.ts')).restoreDescribe,
)
const restoreLogs = leaf('Get restore logs', async () => (await import('./commands/restore-logs.ts')).restoreLogs)
const restoreCancel = leaf(
  'End restores that are at work',
  async () => (await import('./commands/restore-cancel.ts')).restoreCancel,
)
const restoreDelete = leaf('Delete restores', async () => (await import('./commands/restore-delete.ts')).restoreDelete)

const scheduleCreate = leaf(
  'Create a schedule',
  async () => (await import('./commands/schedule-create.ts')).scheduleCreate,
)
const scheduleGet = leaf('Get schedules', async () => (await import('./commands/schedule-get.ts')).scheduleGet)
const scheduleDescribe = leaf(
  'Describe schedules',
  async () => (await import('./commands/schedule-describe.ts')).scheduleDescribe,
)
const schedulePause = leaf('Pause schedules', async () => (await import('./commands/schedule-pause.ts')).schedulePause)
const scheduleUnpause = leaf(
  'Unpause schedules',
  async () => (await import('./commands/schedule-pause.ts')).scheduleUnpause,
)
const scheduleTrigger = leaf(
  'Create a backup from a schedule now',
  async () => (await import('./commands/schedule-trigger.ts')).scheduleTrigger,
)
const scheduleDelete = leaf(
  'Delete schedules',
  async () => (await import('./commands/schedule-delete.ts')).scheduleDelete,
)

const locationCreate = leaf(
  'Add a backup-location to lateen.yaml',
  async () => (await import('./commands/backup-location-create.ts')).backupLocationCreate,
)
const locationGet = leaf(
  'Get backup-locations',
  async () => (await import('./commands/backup-location-get.ts')).backupLocationGet,
)
const locationSet = leaf(
  'Change a backup-location in lateen.yaml',
  async () => (await import('./commands/backup-location-set.ts')).backupLocationSet,
)
const locationDelete = leaf(
  'Delete backup-locations from lateen.yaml',
  async () => (await import('./commands/backup-location-delete.ts')).backupLocationDelete,
)
const configCheck = leaf('Check lateen.yaml', async () => (await import('./commands/config-check.ts')).configCheck)
const configView = leaf(
  'Show what flags, environment and lateen.yaml say together',
  async () => (await import('./commands/config-view.ts')).configView,
)
const configSchema = leaf(
  'Print the JSON schema of lateen.yaml, for editors',
  async () => (await import('./commands/config-schema.ts')).configSchema,
)
const clientConfigGet = leaf(
  'Get settings of this user',
  async () => (await import('./commands/client-config-get.ts')).clientConfigGet,
)
const clientConfigSet = leaf(
  'Set settings of this user',
  async () => (await import('./commands/client-config-set.ts')).clientConfigSet,
)

const doctor = leaf(
  'Check that the cluster and the location are fit for backups and restores',
  async () => (await import('./commands/doctor.ts')).doctorCommand,
)
const rbac = leaf(
  'Print the rights in a cluster that a backup or a restore needs, and no more',
  async () => (await import('./commands/rbac.ts')).rbacCommand,
)
const gc = leaf(
  'Delete the backups that have expired, and look after runs that died',
  async () => (await import('./commands/gc.ts')).gcCommand,
)
const completion = leaf(
  'Print the completion script of a shell',
  async () => (await import('./commands/completion.ts')).completionCommand,
)
const version = leaf('Print the version of lateen', async () => (await import('./commands/version.ts')).versionCommand)
const help = leaf('Help about any command', async () => (await import('./commands/help.ts')).helpCommand)
const names = leaf('', async () => (await import('./commands/names.ts')).namesCommand)

/** Each noun with its verbs, and the verbs that Velero also takes first, under the headings that help has for them. */
export const tree: Readonly<Record<string, readonly Node[]>> = {
  'Backups:': [
    {
      name: 'backup',
      description: 'Work with backups',
      commands: [
        { name: 'create', ...backupCreate },
        { name: 'get', ...backupGet },
        { name: 'describe', ...backupDescribe },
        { name: 'logs', ...backupLogs },
        { name: 'download', ...backupDownload },
        { name: 'ls', ...backupLs },
        { name: 'cat', ...backupCat },
        { name: 'cancel', ...backupCancel },
        { name: 'delete', ...backupDelete },
      ],
    },
  ],
  'Restores:': [
    {
      name: 'restore',
      description: 'Work with restores',
      commands: [
        { name: 'create', ...restoreCreate },
        { name: 'get', ...restoreGet },
        { name: 'describe', ...restoreDescribe },
        { name: 'logs', ...restoreLogs },
        { name: 'cancel', ...restoreCancel },
        { name: 'delete', ...restoreDelete },
      ],
    },
  ],
  'Schedules:': [
    {
      name: 'schedule',
      description: 'Work with schedules',
      commands: [
        { name: 'create', ...scheduleCreate },
        { name: 'get', ...scheduleGet },
        { name: 'describe', ...scheduleDescribe },
        { name: 'pause', ...schedulePause },
        { name: 'unpause', ...scheduleUnpause },
        { name: 'trigger', ...scheduleTrigger },
        { name: 'delete', ...scheduleDelete },
      ],
    },
  ],
  'Settings:': [
    {
      name: 'backup-location',
      description: 'Work with the locations that backups lie in',
      commands: [
        { name: 'create', ...locationCreate },
        { name: 'get', ...locationGet },
        { name: 'set', ...locationSet },
        { name: 'delete', ...locationDelete },
      ],
    },
    {
      name: 'config',
      description: 'Look at lateen.yaml and what else counts',
      commands: [
        { name: 'check', ...configCheck },
        { name: 'view', ...configView },
        { name: 'schema', ...configSchema },
      ],
    },
    {
      name: 'client',
      description: 'Work with settings of this user',
      commands: [
        {
          name: 'config',
          description: 'Get and set settings of this user',
          commands: [
            { name: 'get', ...clientConfigGet },
            { name: 'set', ...clientConfigSet },
          ],
        },
      ],
    },
  ],
  'Verbs first:': [
    {
      name: 'create',
      description: 'Create a backup, a restore, a schedule or a backup-location',
      commands: [
        { name: 'backup', ...backupCreate },
        { name: 'restore', ...restoreCreate },
        { name: 'schedule', ...scheduleCreate },
        { name: 'backup-location', ...locationCreate },
      ],
    },
    {
      name: 'get',
      description: 'Get backups, restores, schedules or backup-locations',
      commands: [
        { name: 'backups', alias: 'backup', ...backupGet },
        { name: 'restores', alias: 'restore', ...restoreGet },
        { name: 'schedules', alias: 'schedule', ...scheduleGet },
        { name: 'backup-locations', alias: 'backup-location', ...locationGet },
      ],
    },
    {
      name: 'describe',
      description: 'Describe backups, restores or schedules',
      commands: [
        { name: 'backups', alias: 'backup', ...backupDescribe },
        { name: 'restores', alias: 'restore', ...restoreDescribe },
        { name: 'schedules', alias: 'schedule', ...scheduleDescribe },
      ],
    },
    {
      name: 'delete',
      description: 'Delete backups, restores, schedules or backup-locations',
      commands: [
        { name: 'backup', alias: 'backups', ...backupDelete },
        { name: 'restore', alias: 'restores', ...restoreDelete },
        { name: 'schedule', alias: 'schedules', ...scheduleDelete },
        { name: 'backup-location', alias: 'backup-locations', ...locationDelete },
      ],
    },
  ],
  'Tools:': [
    { name: 'doctor', ...doctor },
    { name: 'rbac', ...rbac },
    { name: 'gc', ...gc },
    { name: 'completion', ...completion },
    { name: 'version', ...version },
    { name: 'help', ...help },
    { name: '__names', hidden: true, ...names },
  ],
}

function leaf(description: string, load: Leaf['load']): Leaf {
  return { description, load }
}
