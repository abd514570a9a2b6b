import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { InterruptedError } from '../../../lib/jobs/errors.ts'
import type { RestoreProgress, RestoreResult } from '../../../lib/jobs/types.ts'
import type { RestoreStatus } from '../../../lib/velero/types-restore.ts'
import { backup, lateen, restoreResultOf, type World } from './harness.ts'

const progress = (more: Partial<RestoreProgress>): RestoreProgress => ({
  ...{ step: 'restoring', wave: 'pods', waveNumber: 4, waves: 12 },
  ...{ itemsRestored: 1234, totalItems: 5678, created: 1200, updated: 0, skipped: 30, failed: 4 },
  ...{ elapsedMs: 6000, ...more },
})

/** A job that tells of the given progress and ends with a status. */
function ending(
  status: RestoreStatus,
  findings: Partial<RestoreResult> = {},
  steps: RestoreProgress[] = [],
): Partial<Jobs> {
  return {
    async createRestore(_, manifest, { onProgress }) {
      for (const step of steps) onProgress?.(step)
      return restoreResultOf(manifest, status, findings)
    },
  }
}

const create = (jobs: Partial<Jobs>, more: World = {}, flags = '', name = 'r1') =>
  lateen(`restore create ${name} --from-backup b1 ${flags}`, {
    ...more,
    jobs: { getBackup: async () => ({ backup: backup('b1') }), ...jobs },
  })

const stderrOf = async (...steps: RestoreProgress[]) => (await create(ending({ phase: 'Completed' }, {}, steps))).stderr

describe('a restore from the command line', () => {
  it('ends with what became of the items, its phase and the commands that tell more', async () => {
    const last = progress({ step: 'finishing', itemsRestored: 1240, updated: 6, elapsedMs: 100 })
    const { code, stdout } = await create(ending({ phase: 'PartiallyFailed' }, {}, [progress({}), last]))
    expect(code).toBe(3)
    expect(stdout).toBe(
      '1,240 items: 1,200 created, 6 updated, 30 skipped, 4 failed.\n' +
        'Restore completed with status: PartiallyFailed. You may check for more information using the commands `lateen restore describe r1` and `lateen restore logs r1`.\n',
    )
  })

  it('says so where it changed nothing', async () => {
    const last = progress({ step: 'finishing', itemsRestored: 37, created: 0, skipped: 37, failed: 0, elapsedMs: 100 })
    const { stdout } = await create(ending({ phase: 'Completed' }, {}, [last]))
    expect(stdout).toMatch(
      /^37 items: 0 created, 0 updated, 37 skipped, 0 failed\. Nothing in the cluster was changed\.\n/,
    )
    const failed = progress({ ...last, failed: 1 })
    expect((await create(ending({ phase: 'PartiallyFailed' }, {}, [failed]))).stdout).not.toContain('Nothing')
  })

  it('does not keep back that policy update labels what is equal', async () => {
    const last = progress({ step: 'finishing', created: 0, skipped: 37, failed: 0, elapsedMs: 100 })
    const { stdout } = await create(ending({ phase: 'Completed' }, {}, [last]), {}, '--existing-resource-policy update')
    expect(stdout).toContain('. Nothing in the cluster was changed but labels that name the restore.\n')
  })

  it('that had ended before tells its phase only', async () => {
    const { stdout } = await create(ending({ phase: 'Completed' }, { how: 'acknowledged' }))
    expect(stdout).toMatch(/^Restore completed with status: Completed\. /)
  })

  it("with --wait prints Velero's lines around it, but promises nothing that is not so", async () => {
    const { stdout } = await create(ending({ phase: 'Completed' }, {}, [progress({})]), {}, '--wait')
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'Restore request "r1" submitted successfully.',
      'Waiting for restore to complete. You may safely press ctrl-c to stop - the same command continues your restore.',
    ])
    const unnamed = await create(ending({ phase: 'Completed' }, {}, [progress({})]), {}, '--wait', '')
    expect(unnamed.stdout).toContain(
      'ctrl-c to stop - the same command with the name b1-20261122084126 continues your restore.\n',
    )
  })

  it.each([
    ['Completed', 0],
    ['FailedValidation', 2],
    ['PartiallyFailed', 3],
    ['Failed', 4],
    ['InProgress', 1],
  ] as const)('that ends as %s ends the command with %i', async (phase, code) => {
    expect((await create(ending({ phase }))).code).toBe(code)
  })

  it('shows findings on stderr, and the command for the rest of them, with the location where one was chosen', async () => {
    const files = {
      '/work/here/lateen.yaml': 'locations: [{ name: dr, provider: aws, objectStorage: { bucket: b } }]',
    }
    const warnings = Array.from({ length: 20 }, (_, i) => `warning ${i}`)
    const { stdout, stderr } = await create(
      ending({ phase: 'PartiallyFailed', errors: 1, warnings: 21 }, { errors: ['shop: denied'], warnings }),
      { files, env: { LATEEN_BUCKET: '' } },
      '--storage-location dr',
    )
    expect(stderr).toMatch(/^Errors \(1\):\n {2}shop: denied\nWarnings \(21\):\n {2}warning 0\n/)
    const command = 'lateen restore logs r1 --storage-location dr'
    expect(stderr).toMatch(new RegExp(`\\n {2}\\.\\.\\. and 1 more\\nSee all of them by: ${command}\\n$`))
    const describe = 'lateen restore describe r1 --storage-location dr'
    expect(stdout).toContain(`using the commands \`${describe}\` and \`${command}\`.\n`)
  })

  it('tells where it is recorded, if that is not in the location', async () => {
    const { stderr } = await create(ending({ phase: 'Completed' }), {}, '--read-only --bucket s3://b')
    expect(stderr).toMatch(
      /^Recorded in file:\/\/\/home\/ann\/\.local\/state\/lateen\/default-[0-9a-f]{8}, not in the location default\.\n$/,
    )
    expect((await create(ending({ phase: 'Completed' }))).stderr).toBe('')
  })
})

describe('progress', () => {
  it('names the wave, what is done of how much, what became of it, and how fast', async () => {
    expect(await stderrOf(progress({}))).toBe(
      'Restoring: wave 4 of 12, pods: 1,234 of about 5,678 items (1,200 created, 30 skipped, 4 failed), 206 items/s\n',
    )
  })

  it.each([
    [{ step: 'connecting' }, 'Connecting to the cluster ...'],
    [{ step: 'reading', totalItems: 5678 }, 'Reading the backup: 5,678 items chosen'],
    [
      { wave: undefined, waveNumber: undefined, itemsRestored: 0, created: 0, skipped: 0, failed: 0 },
      'Restoring: 0 of about 5,678 items, 0 items/s',
    ],
    [
      { step: 'retrying', totalItems: 10, created: 0, skipped: 0, updated: 1230 },
      'Trying again what failed: 1,234 items (1,230 updated, 4 failed), 206 items/s',
    ],
    [
      { step: 'finishing', totalItems: 1234, failed: 0 },
      'Finishing: 1,234 items (1,200 created, 30 skipped), 206 items/s',
    ],
  ] as [Partial<RestoreProgress>, string][])('of %j', async (more, line) => {
    expect(await stderrOf(progress(more))).toBe(`${line}\n`)
  })
})

describe('Ctrl-C', () => {
  const interrupted = (name: string) =>
    create(
      {
        createRestore: (_, manifest) => Promise.reject(new InterruptedError('restore', manifest.metadata.name)),
      },
      {},
      '',
      name,
    )

  it('ends with 130 and tells how to go on', async () => {
    expect(await interrupted('r1')).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Stopped: the restore "r1" was interrupted.\nThe same command goes on from where it stopped.\n',
    })
  })

  it('tells the name that was made up, without which the same command would begin anew', async () => {
    expect((await interrupted('')).stderr).toBe(
      'Stopped: the restore "b1-20261122084126" was interrupted.\nThe same command with the name b1-20261122084126 goes on from where it stopped.\n',
    )
  })
})
