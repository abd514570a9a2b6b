import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import type { Backup, BackupStatus } from '../../../lib/velero/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { backup, lateen, type World } from './harness.ts'

const FILE = `clusters: [{ name: prod, context: prod }]
locations:
  - { name: main, default: true, provider: aws, objectStorage: { bucket: b } }
  - { name: other, provider: aws, objectStorage: { bucket: o } }
deployment: { stack: lateen-prod }`
const world: World = { files: { '/work/here/lateen.yaml': FILE }, env: { LATEEN_BUCKET: '' } }

/** A deployment that takes requests, and a bucket in which they come to be what is given, one after the other. */
function deployment(...states: (BackupStatus | undefined)[]) {
  const sent: (Backup | Restore)[] = []
  let look = -1
  const jobs: Partial<Jobs> = {
    async sendRequest(_, request) {
      sent.push(request)
    },
    async getBackup(_, name) {
      look = Math.min(look + 1, states.length - 1)
      const status = states[look]
      if (status === undefined) throw new BackupNotFoundError(name)
      return { backup: { ...(sent[0] as Backup), status } }
    },
  }
  return { sent, jobs }
}

describe('--remote', () => {
  it('sends the request with its flags and the cluster’s name, and returns at once with Velero’s lines', async () => {
    const { sent, jobs } = deployment()
    const line = 'backup create b1 --include-namespaces shop --remote'
    expect(await lateen(line, { ...world, jobs })).toEqual({
      code: 0,
      stdout:
        'Backup request "b1" submitted successfully.\nRun `lateen backup describe b1` or `lateen backup logs b1` for more details.\n',
      stderr: '',
    })
    expect(sent).toMatchObject([
      {
        kind: 'Backup',
        metadata: { name: 'b1', uid: expect.any(String), annotations: { 'lateen.io/cluster': 'prod' } },
        spec: { includedNamespaces: ['shop'] },
      },
    ])
  })

  it('with --wait follows it in the bucket to its end, and ends with its phase', async () => {
    const { jobs } = deployment(
      undefined,
      { phase: 'InProgress', progress: { totalItems: 50, itemsBackedUp: 20 } },
      { phase: 'PartiallyFailed', errors: 1 },
    )
    const times = ['08:00:00', '08:00:01', '08:00:07', '08:00:13'].map(time => new Date(`2026-11-22T${time}Z`))
    const { code, stdout, stderr } = await lateen('backup create b1 --remote --wait', { ...world, jobs, times })
    expect(code).toBe(3)
    expect(stdout).toContain(
      'You may safely press ctrl-c to stop waiting - your backup will continue in the background.',
    )
    expect(stdout).toContain('Backup completed with status: PartiallyFailed.')
    expect(stderr).toContain('Backing up: 20 of about 50 items\n')
  })

  it('is told where another backup has the name by the time that it is taken up', async () => {
    const { jobs } = deployment({ phase: 'Completed' })
    const another: Jobs['getBackup'] = async (...args) => {
      const view = await (jobs.getBackup as Jobs['getBackup'])(...args)
      return { backup: { ...view.backup, metadata: { ...view.backup.metadata, uid: 'another' } } }
    }
    const { code, stderr } = await lateen('backup create b1 --remote --wait', {
      ...world,
      jobs: { ...jobs, getBackup: another },
    })
    expect([code, stderr]).toEqual([2, expect.stringContaining('another backup has the name "b1" by now')])
  })

  it('says where to look when nobody takes it up, and bears a store that is away for a moment', async () => {
    const { jobs } = deployment(undefined, undefined, undefined, { phase: 'Completed' })
    let looks = 0
    const away: Jobs['getBackup'] = async (...args) => {
      looks += 1
      if (looks === 2) throw new Error('socket hang up')
      return (jobs.getBackup as Jobs['getBackup'])(...args)
    }
    const times = [0, 1, 2, 200, 201, 202, 203].map(s => new Date(Date.parse('2026-11-22T08:00:00Z') + s * 1000))
    const { code, stderr } = await lateen('backup create b1 --remote --wait', {
      ...world,
      jobs: { ...jobs, getBackup: away },
      times,
    })
    expect([code, stderr]).toEqual([0, expect.stringContaining("the deployment's dead-letter queue")])
  })

  it('waits no longer after Ctrl-C, and leaves the run alone', async () => {
    const { sent, jobs } = deployment(undefined)
    let interrupt = () => {}
    const { code } = await lateen('backup create b1 --remote --wait', {
      ...world,
      jobs,
      onInterrupt: handler => {
        interrupt = handler
      },
      sleep: async () => interrupt(),
    })
    expect([code, sent.length]).toEqual([130, 1])
  })

  it('sends a restore with the location that it is from', async () => {
    const { sent, jobs } = deployment()
    const line = 'restore create r1 --from-backup b1 --storage-location other --remote'
    const there: Partial<Jobs> = { ...jobs, getBackup: async (_, name) => ({ backup: backup(name) }) }
    expect((await lateen(line, { ...world, jobs: there })).code).toBe(0)
    expect(sent).toMatchObject([
      {
        kind: 'Restore',
        metadata: { annotations: { 'lateen.io/storage-location': 'other' } },
        spec: { backupName: 'b1' },
      },
    ])
  })
})
