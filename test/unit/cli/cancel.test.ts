import { describe, expect, it } from 'vitest'
import type { Cancelled } from '../../../lib/cli/jobs.ts'
import { BackupNotFoundError, RunEndedError } from '../../../lib/jobs/errors.ts'
import { lateen } from './harness.ts'

const answers = (outcome: Cancelled) => ({
  cancelBackup: async () => outcome,
  cancelRestore: async () => outcome,
})

describe('cancel', () => {
  it('says what was cancelled and what stays', async () => {
    expect(await lateen('backup cancel b1 b2', { jobs: answers('cancelled') })).toEqual({
      code: 0,
      stdout:
        'Backup "b1" cancelled. Its archive is gone, its log and results stay; it is Failed.\n' +
        'Backup "b2" cancelled. Its archive is gone, its log and results stay; it is Failed.\n',
      stderr: '',
    })
    expect((await lateen('restore cancel r1', { jobs: answers('cancelled') })).stdout).toBe(
      'Restore "r1" cancelled. What it had restored until then stays; it is Failed.\n',
    )
  })

  it('is safe to repeat', async () => {
    const again = { code: 0, stdout: 'Backup "b1" was cancelled before.\n', stderr: '' }
    expect(await lateen('backup cancel b1', { jobs: answers('already') })).toEqual(again)
  })

  it('tries each name, tells what is wrong with one, and ends with the worst code', async () => {
    const cancelBackup = async (_: unknown, name: string): Promise<Cancelled> => {
      if (name === 'done') throw new RunEndedError('backup', name, 'Completed')
      if (name === 'none') throw new BackupNotFoundError(name)
      return 'cancelled'
    }
    const { code, stdout, stderr } = await lateen('backup cancel done none b1', { jobs: { cancelBackup } })
    expect(code).toBe(2)
    expect(stdout).toMatch(/^Backup "b1" cancelled\./)
    expect(stderr.split('\n').filter(line => line.startsWith('An error'))).toEqual([
      'An error occurred: the backup "done" has ended: it is Completed',
      'An error occurred: backups.velero.io "none" not found',
    ])
  })

  it('takes names only, and none that could be no name', async () => {
    expect((await lateen('backup cancel')).stderr).toContain('requires at least 1 arg(s), only received 0')
    expect(await lateen('backup cancel A/b')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^An error occurred: "A\/b" is no name of a backup: /),
    })
  })
})
