import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cli } from './cli.ts'
import type { Jobs } from './jobs.ts'
import { run } from './run.ts'

/** What reaches clusters and buckets is loaded when a command first calls it. */
const jobs: Jobs = {
  createBackup: async (...args) => (await import('../jobs/backup.ts')).createBackup(...args),
  listBackups: async (...args) => (await import('../jobs/read.ts')).listBackups(...args),
  getBackup: async (...args) => (await import('../jobs/read.ts')).getBackup(...args),
  async *describeBackups(...args) {
    yield* (await import('../jobs/describe.ts')).describeBackups(...args)
  },
  openBackupLogs: async (...args) => (await import('../jobs/read.ts')).openBackupLogs(...args),
  async *readBackupLog(...args) {
    yield* (await import('../jobs/run-log.ts')).readBackupLog(...args)
  },
  openBackupArchive: async (...args) => (await import('../jobs/read.ts')).openBackupArchive(...args),
  deleteBackup: async (...args) => (await import('../jobs/delete.ts')).deleteBackup(...args),
  cancelBackup: async (...args) => (await import('../jobs/cancel.ts')).cancelBackup(...args),
  createRestore: async (...args) => (await import('../jobs/restore.ts')).createRestore(...args),
  listRestores: async (...args) => (await import('../jobs/read-restores.ts')).listRestores(...args),
  getRestore: async (...args) => (await import('../jobs/read-restores.ts')).getRestore(...args),
  async *describeRestores(...args) {
    yield* (await import('../jobs/describe.ts')).describeRestores(...args)
  },
  openRestoreLogs: async (...args) => (await import('../jobs/read-restores.ts')).openRestoreLogs(...args),
  cancelRestore: async (...args) => (await import('../jobs/cancel.ts')).cancelRestore(...args),
  async *readRestoreLog(...args) {
    yield* (await import('../jobs/run-log.ts')).readRestoreLog(...args)
  },
  deleteRestore: async (...args) => (await import('../jobs/delete.ts')).deleteRestore(...args),
  createSchedule: async (...args) => (await import('../jobs/schedules.ts')).createSchedule(...args),
  listSchedules: async (...args) => (await import('../jobs/read-schedules.ts')).listSchedules(...args),
  getSchedule: async (...args) => (await import('../jobs/read-schedules.ts')).getSchedule(...args),
  pauseSchedule: async (...args) => (await import('../jobs/schedules.ts')).pauseSchedule(...args),
  deleteSchedule: async (...args) => (await import('../jobs/schedules.ts')).deleteSchedule(...args),
  backupFromSchedule: async (...args) => (await import('../jobs/read-schedules.ts')).backupFromSchedule(...args),
  backupContents: async function* (...args) {
    yield* (await import('../jobs/contents.ts')).backupContents(...args)
  },
  sendRequest: async (...args) => (await import('../jobs/remote.ts')).sendRequest(...args),
  lookAtLocation: async (...args) => (await import('../jobs/look-at-location.ts')).lookAtLocation(...args),
  collectGarbage: async (...args) => (await import('../jobs/gc.ts')).collectGarbage(...args),
  planRbac: async (...args) => (await import('../jobs/rbac.ts')).planRbac(...args),
  examine: async (...args) => (await import('../jobs/doctor.ts')).examine(...args),
}

const cli: Cli = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  zone: { offset: date => -date.getTimezoneOffset(), rules: () => zoneRules(process.env.TZ) },
  now: () => new Date(),
  uuid: () => crypto.randomUUID(),
  sleep,
  readFile: path => readFile(path, 'utf8'),
  writeFile: async (...args) => (await import('./replace-file.ts')).replaceFile(...args),
  readLine,
  get canAsk() {
    return process.stdin.isTTY === true && process.stderr.isTTY === true
  },
  onInterrupt,
  jobs,
}

let lines: AsyncIterator<string> | undefined

/** Standard input is opened by the first question only. */
async function readLine(): Promise<string | undefined> {
  if (lines === undefined) {
    const { createInterface } = await import('node:readline')
    lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  }
  const { done, value } = await lines.next()
  return done ? undefined : value
}

function zoneRules(name: string | undefined): string | undefined {
  try {
    return readFileSync(name ? join('/usr/share/zoneinfo', name) : '/etc/localtime', 'latin1')
  } catch {
    // Windows and slim images have no tz database; times then show their offset in place of a name.
    return undefined
  }
}

/** Package runners pass Ctrl-C on to a process that the terminal has told already; that is no second one. */
const ECHO_MS = 500

function onInterrupt(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void {
  let first: number | undefined
  const listener = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      handler(signal === 'SIGTERM' ? signal : 'SIGINT')
    } else if (now - first > ECHO_MS) process.exit(130)
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}

// `lateen backup logs x | head` closes our output: there is nobody to tell.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  process.stderr.write(`An error occurred: what is printed can't be written: ${error.message}\n`, () => process.exit(1))
})

const exitCode = await run(process.argv.slice(2), cli)
// Connections that stay open must not keep the command from ending; what was printed must be out before.
process.stdout.write('', error => {
  if (!error) process.stderr.write('', () => process.exit(exitCode))
})
