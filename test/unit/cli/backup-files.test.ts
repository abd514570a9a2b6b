import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogEvent } from '../../../lib/cli/jobs.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import { ObjectNotFoundError, StoreError } from '../../../lib/store/types.ts'
import type { BackupPhase } from '../../../lib/velero/types.ts'
import { backup, lateen } from './harness.ts'

describe('backup logs', () => {
  const inPhase = (phase: BackupPhase) => ({
    getBackup: async () => ({ backup: backup('b1', { phase }) }),
    openBackupLogs: async () => Readable.from(['time=1 level=info\n', 'time=2 level=error\n']),
  })

  it('prints the log as it is', async () => {
    const expected = { code: 0, stdout: 'time=1 level=info\ntime=2 level=error\n', stderr: '' }
    expect(await lateen('backup logs b1', { jobs: inPhase('PartiallyFailed') })).toEqual(expected)
  })

  it("refuses in Velero's words: a backup that is not there, or without a log", async () => {
    const missing = { getBackup: () => Promise.reject(new BackupNotFoundError('b1')) }
    expect(await lateen('backup logs b1', { jobs: missing })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^An error occurred: backup "b1" does not exist\n/),
    })
    const openBackupLogs = () => Promise.reject(new ObjectNotFoundError('backups/b1/b1-logs.gz'))
    expect((await lateen('backup logs b1', { jobs: { ...inPhase('Completed'), openBackupLogs } })).stderr).toBe(
      'An error occurred: file not found\nThe bucket has no log of "b1".\n',
    )
  })

  const events = (...given: LogEvent[]) => ({
    readBackupLog: async function* () {
      yield* given
    },
  })
  const text = (line: string) => ({ text: Buffer.from(line) })

  it('of one that is at work prints what there is, and tells on stderr what is not', async () => {
    const jobs = { ...inPhase('InProgress'), ...events(text('a\n'), { notice: 'more later' }) }
    expect(await lateen('backup logs b1', { jobs })).toEqual({ code: 0, stdout: 'a\n', stderr: 'more later\n' })
  })

  it.each([
    ['Completed', 0],
    ['FailedValidation', 2],
    ['PartiallyFailed', 3],
    ['Failed', 4],
  ] as const)('with -f of one that ends as %s ends with %i', async (phase, code) => {
    const jobs = { ...inPhase('InProgress'), ...events(text('a\n'), text('b\n'), { phase }) }
    expect(await lateen('backup logs b1 -f', { jobs })).toEqual({ code, stdout: 'a\nb\n', stderr: '' })
  })

  it('with -f of one that has ended prints it and ends with the code of its phase', async () => {
    const jobs = inPhase('PartiallyFailed')
    expect((await lateen('backup logs b1 --follow', { jobs })).code).toBe(3)
  })

  it.each(['backup logs', 'backup logs a b'])('takes exactly one name: %s', async line => {
    expect((await lateen(line)).stderr).toMatch(/An error occurred: accepts 1 arg\(s\), received [02]\n$/)
  })
})

describe('backup download', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-download-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const giving = (...parts: (string | Error)[]) => ({
    openBackupArchive: async () =>
      Readable.from(
        (async function* () {
          for (const part of parts) {
            if (part instanceof Error) throw part
            yield Buffer.from(part)
          }
        })(),
      ),
  })
  const download = (jobs: ReturnType<typeof giving>, flags = '') =>
    lateen(`backup download b1 ${flags}`, { jobs, cwd: folder })

  it('saves the archive as NAME-data.tar.gz for its owner only, and says where', async () => {
    const path = join(folder, 'b1-data.tar.gz')
    expect(await download(giving('abc', 'def'))).toEqual({
      code: 0,
      stdout: `Backup b1 has been successfully downloaded to ${path}\n`,
      stderr: '',
    })
    expect(await readFile(path, 'utf8')).toBe('abcdef')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('keeps a file that exists, unless --force', async () => {
    const path = join(folder, 'my.tgz')
    await writeFile(path, 'mine')
    expect(await download(giving('new'), '-o my.tgz')).toEqual({
      code: 2,
      stdout: '',
      stderr: `An error occurred: open ${path}: file exists\nAdd --force to overwrite it.\n`,
    })
    expect(await readFile(path, 'utf8')).toBe('mine')
    expect((await download(giving('new'), '-o my.tgz --force')).code).toBe(0)
    expect(await readFile(path, 'utf8')).toBe('new')
  })

  it('leaves nothing behind when the archive breaks off, and with --force the old file', async () => {
    const broken = () => giving('abc', new StoreError('the connection broke', { code: 'ConnectionBroken' }))
    expect(await download(broken())).toMatchObject({ code: 5, stderr: 'An error occurred: the connection broke\n' })
    expect(await readdir(folder)).toEqual([])
    await writeFile(join(folder, 'b1-data.tar.gz'), 'mine')
    expect((await download(broken(), '--force')).code).toBe(5)
    expect(await readdir(folder)).toEqual(['b1-data.tar.gz'])
    expect(await readFile(join(folder, 'b1-data.tar.gz'), 'utf8')).toBe('mine')
  })

  it('names a folder that is not there', async () => {
    expect((await download(giving('x'), '-o nope/x.tgz')).stderr).toBe(
      `An error occurred: open ${join(folder, 'nope/x.tgz')}: no such file or directory\n`,
    )
  })

  it('reads from the location that --storage-location names', async () => {
    expect(await download(giving('x'), '--storage-location nope')).toMatchObject({
      code: 2,
      stderr: 'An error occurred: backupstoragelocations.velero.io "nope" not found; configured: default\n',
    })
  })

  it('makes no file for a backup that is not there', async () => {
    const openBackupArchive = () => Promise.reject(new BackupNotFoundError('b1'))
    const { code, stderr } = await lateen('backup download b1', { jobs: { openBackupArchive }, cwd: folder })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^An error occurred: backups.velero.io "b1" not found\n/)
    expect(await readdir(folder)).toEqual([])
  })
})
