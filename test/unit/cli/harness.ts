import { Writable } from 'node:stream'
import type { Cli } from '../../../lib/cli/cli.ts'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { run } from '../../../lib/cli/run.ts'
import type { BackupResult, RestoreResult } from '../../../lib/jobs/types.ts'
import type { Backup, BackupStatus } from '../../../lib/velero/types.ts'
import type { Restore, RestoreStatus } from '../../../lib/velero/types-restore.ts'
import type { Schedule, ScheduleSpec } from '../../../lib/velero/types-schedule.ts'
import { offsetIn } from '../velero/zone.ts'

class Captured extends Writable {
  text = ''
  isTTY = false
  columns = 100
  override _write(chunk: Buffer, _: string, callback: () => void): void {
    this.text += chunk.toString()
    callback()
  }
}

export interface World {
  env?: Record<string, string>
  jobs?: Partial<Jobs>
  files?: Record<string, string>
  cwd?: string
  now?: string
  /** What the clock tells, one after the other, before it stands at `now`. */
  times?: Date[]
  timeZone?: string
  tty?: boolean
  sleep?: (ms: number) => Promise<unknown>
  /** Whether what is printed goes to a terminal. */
  stdoutTty?: boolean
  canAsk?: boolean
  /** What `onInterrupt` gives rise to. */
  signal?: 'SIGINT' | 'SIGTERM'
  /** What is typed, line by line; then nobody types any more. */
  typed?: string[]
  /** Called with what a Ctrl-C would call. */
  onInterrupt?: (interrupt: () => void) => void
}

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command line in a made-up world, where LATEEN_BUCKET is set and no job may be called unless given. */
export async function lateen(args: string | string[], world: World = {}): Promise<Outcome> {
  const [stdout, stderr] = [new Captured(), new Captured()]
  stderr.isTTY = world.tty ?? false
  stdout.isTTY = world.stdoutTty ?? false
  const typed = [...(world.typed ?? [])]
  const times = [...(world.times ?? [])]
  const refused = () => Promise.reject(new Error('this command must not reach for anything'))
  // biome-ignore lint/correctness/useYield: it is asked, and refuses.
  async function* refuses() {
    await refused()
  }
  const cli: Cli = {
    stdout,
    stderr,
    env: { LATEEN_BUCKET: 's3://backups', ...world.env },
    cwd: world.cwd ?? '/work/here',
    home: '/home/ann',
    zone: { offset: offsetIn(world.timeZone ?? 'UTC'), rules: () => 'UTC0\n' },
    now: () => times.shift() ?? new Date(world.now ?? '2026-11-22T08:41:26Z'),
    uuid: () => '00000000-0000-4000-8000-000000000001',
    readFile: async path => {
      const text = world.files?.[path]
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      return text
    },
    sleep: world.sleep ?? (async () => {}),
    writeFile: async (path, text) => {
      if (world.files === undefined) throw new Error('this command must not write')
      world.files[path] = text
    },
    readLine: async () => typed.shift(),
    canAsk: world.canAsk ?? false,
    onInterrupt: handler => {
      world.onInterrupt?.(() => handler(world.signal ?? 'SIGINT'))
      return () => {}
    },
    jobs: {
      createBackup: refused,
      listBackups: refused,
      getBackup: refused,
      describeBackups: refuses,
      openBackupLogs: refused,
      readBackupLog: refuses,
      openBackupArchive: refused,
      deleteBackup: refused,
      cancelBackup: refused,
      createRestore: refused,
      listRestores: refused,
      getRestore: refused,
      describeRestores: refuses,
      openRestoreLogs: refused,
      readRestoreLog: refuses,
      deleteRestore: refused,
      cancelRestore: refused,
      createSchedule: refused,
      listSchedules: refused,
      getSchedule: refused,
      pauseSchedule: refused,
      deleteSchedule: refused,
      backupFromSchedule: refused,
      backupContents: () => {
        throw new Error('this command must not reach for anything')
      },
      sendRequest: refused,
      lookAtLocation: refused,
      collectGarbage: refused,
      examine: refused,
      planRbac: refused,
      ...world.jobs,
    },
  }
  const code = await run(typeof args === 'string' ? args.split(' ').filter(Boolean) : args, cli)
  return { code, stdout: stdout.text, stderr: stderr.text }
}

export function backup(name: string, status: BackupStatus = { phase: 'Completed' }): Backup {
  return { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: { name, namespace: 'velero' }, spec: {}, status }
}

export function resultOf(manifest: Backup, status: BackupStatus, findings: Partial<BackupResult> = {}): BackupResult {
  return { backup: { ...manifest, status }, how: 'finished', errors: [], warnings: [], ...findings }
}

export function restore(name: string, status: RestoreStatus = { phase: 'Completed' }): Restore {
  return { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: { name, namespace: 'velero' }, spec: {}, status }
}

export function restoreResultOf(
  manifest: Restore,
  status: RestoreStatus,
  findings: Partial<RestoreResult> = {},
): RestoreResult {
  return { restore: { ...manifest, status }, how: 'finished', errors: [], warnings: [], ...findings }
}

export function schedule(name: string, spec: Partial<ScheduleSpec> = {}): Schedule {
  return {
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name, namespace: 'velero', creationTimestamp: '2026-10-13T08:41:25Z' },
    spec: { template: { includedNamespaces: ['*'] }, schedule: '0 2 * * *', ...spec },
    status: { phase: 'Enabled' },
  }
}
