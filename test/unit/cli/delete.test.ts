import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { InUseError } from '../../../lib/jobs/delete.ts'
import { BackupNotFoundError, LocationNotWritableError, RestoreNotFoundError } from '../../../lib/jobs/errors.ts'
import { StoreError } from '../../../lib/store/types.ts'
import { backup, lateen, restore } from './harness.ts'

const PROMPT = 'Are you sure you want to continue (Y/N)? '
const nothing = { code: 0, stdout: '', stderr: '' }

/** A bucket with these backups; `deleted` is what was deleted from it. */
function having(...names: string[]): { jobs: Partial<Jobs>; deleted: string[] } {
  const deleted: string[] = []
  const labelled = (name: string) => {
    const made = backup(name)
    return { backup: { ...made, metadata: { ...made.metadata, labels: { team: name } } } }
  }
  return {
    deleted,
    jobs: {
      listBackups: async () => names.map(labelled),
      async deleteBackup(_, name) {
        if (!names.includes(name)) throw new BackupNotFoundError(name)
        deleted.push(name)
        return { removed: 12, kept: [] }
      },
    },
  }
}

const done = (name: string) =>
  `Request to delete backup "${name}" submitted successfully.\nDeleted backup "${name}" and the restores from it: 12 objects.\n`

describe('backup delete', () => {
  it.each(['backup delete', 'delete backup', 'delete backups'])('deletes what is named, as `%s`', async words => {
    const { jobs, deleted } = having('a', 'b', 'c')
    const outcome = await lateen(`${words} a c --confirm`, { jobs })
    expect(outcome).toEqual({ code: 0, stdout: done('a') + done('c'), stderr: '' })
    expect(deleted).toEqual(['a', 'c'])
  })

  it('deletes all, or all that a selector matches', async () => {
    const all = having('a', 'b')
    expect((await lateen('backup delete --all --confirm', all)).code).toBe(0)
    expect(all.deleted).toEqual(['a', 'b'])
    const some = having('a', 'b', 'c')
    expect((await lateen(['backup', 'delete', '-l', 'team in (a,c)', '--confirm'], some)).code).toBe(0)
    expect(some.deleted).toEqual(['a', 'c'])
  })

  it.each(['--all', '-l team=x'])('says that there are none where %s means none', async flags => {
    const expected = { ...nothing, stdout: 'No backups found\n' }
    expect(await lateen(`backup delete ${flags} --confirm`, having(...(flags === '--all' ? [] : ['a'])))).toEqual(
      expected,
    )
  })

  it.each([
    'backup delete --confirm',
    'backup delete a --all',
    'backup delete a -l x=y',
    'backup delete --all -l x=y',
  ])('refuses `%s`: one way to say which, and asks nothing before', async line => {
    expect(await lateen(line)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'An error occurred: you must specify exactly one of: specific backup name(s), the --all flag, or the --selector flag\n',
    })
  })

  it('refuses an empty selector, which would match all, and what is no name', async () => {
    const empty = await lateen(['backup', 'delete', '-l', '', '--confirm'])
    expect(empty).toMatchObject({ code: 2, stdout: '' })
    expect(empty.stderr).toContain(
      '--selector is empty, and would match every backup\nIf all backups are meant, say --all.',
    )
    for (const name of ['', '../a', 'a/'])
      expect(await lateen(['backup', 'delete', name, '--confirm'])).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(`${JSON.stringify(name)} is no name of a backup: `),
      })
  })

  it('asks before, until it is answered by y or n in any case', async () => {
    const yes = having('a')
    const { stdout } = await lateen('backup delete a', { jobs: yes.jobs, typed: ['', 'yes', 'x', ' Y '] })
    expect(stdout).toBe(PROMPT.repeat(4) + done('a'))
    expect(await lateen('backup delete a', { typed: ['N'] })).toEqual({ ...nothing, stdout: PROMPT })
  })

  it('deletes nothing where nobody answers, and says so', async () => {
    expect(await lateen('backup delete a')).toEqual({
      code: 2,
      stdout: PROMPT,
      stderr: '\nAn error occurred: error reading user input: EOF\nGive --confirm where nobody is there to answer.\n',
    })
  })

  it('deletes what is there, then ends with the error for what is not', async () => {
    const { jobs, deleted } = having('a', 'b')
    expect(await lateen('backup delete a nope b --confirm', { jobs })).toEqual({
      code: 2,
      stdout: done('a') + done('b'),
      stderr: 'An error occurred: backups.velero.io "nope" not found\nList the backups with `lateen backup get`.\n',
    })
    expect(deleted).toEqual(['a', 'b'])
  })

  it('says that there are none where only missing ones are named, and is no success', async () => {
    const { code, stdout, stderr } = await lateen('backup delete nope --confirm', having('a'))
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'No backups found\n' })
    expect(stderr).toContain('backups.velero.io "nope" not found')
  })

  it('makes no error of what has gone since it was listed', async () => {
    const { jobs } = having('a')
    const deleteBackup = () => Promise.reject(new BackupNotFoundError('a'))
    expect(await lateen('backup delete --all --confirm', { jobs: { ...jobs, deleteBackup } })).toEqual(nothing)
  })

  it('tries all whichever fails, and ends with the worst', async () => {
    const { jobs } = having()
    const failures: Record<string, Error> = {
      a: new InUseError('the restore "r" reads the backup "a"', { next: 'Wait for its end.' }),
      b: new StoreError("can't be deleted", { code: 'AccessDenied' }),
    }
    const deleteBackup: Jobs['deleteBackup'] = async (_, name) => {
      if (failures[name]) throw failures[name]
      return { removed: 1, kept: [] }
    }
    expect(await lateen('backup delete a b c --confirm', { jobs: { ...jobs, deleteBackup } })).toEqual({
      code: 5,
      stdout:
        'Request to delete backup "c" submitted successfully.\nDeleted backup "c" and the restores from it: 1 object.\n',
      stderr:
        'An error occurred: the restore "r" reads the backup "a"\nWait for its end.\n' +
        "An error occurred: can't be deleted\n",
    })
  })

  it('names what object lock keeps, and until when', async () => {
    const kept = [{ key: 'backups/a/a.tar.gz', until: new Date('2026-12-01T00:00:00Z') }, { key: 'backups/a/held' }]
    const { code, stdout, stderr } = await lateen('backup delete a --confirm', {
      jobs: { deleteBackup: async () => ({ removed: 3, kept }) },
    })
    expect(code).toBe(0)
    expect(stdout).toContain('Deleted backup "a" and the restores from it: 3 objects; object lock keeps 2.\n')
    expect(stderr).toBe(`Kept by object lock (2):
  backups/a/a.tar.gz until 2026-12-01 00:00:00 +0000 UTC
  backups/a/held while it has a legal hold
No list shows them, and \`lateen gc\` deletes them when their locks have ended.
`)
  })

  it('names a backup that cannot be read, deletes the others and ends with 1', async () => {
    const { jobs, deleted } = having('a')
    const listBackups: Jobs['listBackups'] = async (_, onDamaged) => {
      onDamaged(new Error('backups/x/velero-backup.json is damaged'))
      return [{ backup: backup('a') }]
    }
    const { code, stderr } = await lateen('backup delete --all --confirm', { jobs: { ...jobs, listBackups } })
    expect({ code, stderr, deleted }).toEqual({
      code: 1,
      stderr: 'An error occurred: backups/x/velero-backup.json is damaged\n',
      deleted: ['a'],
    })
  })

  it('is refused in a location that must not be written to', async () => {
    const deleteBackup = () => Promise.reject(new LocationNotWritableError('cannot delete from the location x'))
    const { code, stdout } = await lateen('backup delete a --confirm', { jobs: { deleteBackup } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('restore delete', () => {
  const jobs = (deleted: string[], ...names: string[]): Partial<Jobs> => ({
    listRestores: async () => names.map(name => ({ restore: restore(name) })),
    async getRestore(_, name) {
      if (!names.includes(name)) throw new RestoreNotFoundError(name)
      return { restore: restore(name) }
    },
    async deleteRestore(_, name) {
      deleted.push(name)
      return { removed: 4, kept: [] }
    },
  })

  it.each(['restore delete a', 'delete restore a', 'delete restores --all'])('is `%s`', async words => {
    expect(await lateen(`${words} --confirm`, { jobs: jobs([], 'a') })).toEqual({
      code: 0,
      stdout: 'Request to delete restore "a" submitted successfully.\nDeleted restore "a": 4 objects.\n',
      stderr: '',
    })
  })

  it('deletes none where one of the names is missing', async () => {
    const deleted: string[] = []
    const { code, stdout, stderr } = await lateen('restore delete a nope --confirm', { jobs: jobs(deleted, 'a') })
    expect({ code, stdout, deleted }).toEqual({ code: 2, stdout: '', deleted: [] })
    expect(stderr).toContain('An error occurred: restores.velero.io "nope" not found\n')
  })

  it('says that there are none', async () => {
    expect((await lateen('restore delete --all --confirm', { jobs: jobs([]) })).stdout).toBe('No restores found\n')
  })

  it('asks for one way to say which, in its own words', async () => {
    expect((await lateen('restore delete')).stderr).toContain('specific restore name(s)')
  })
})
