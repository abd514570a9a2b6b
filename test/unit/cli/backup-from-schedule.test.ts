import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { InterruptedError, ScheduleNotFoundError } from '../../../lib/jobs/errors.ts'
import { timestampedName } from '../../../lib/velero/names.ts'
import { backupOfSchedule } from '../../../lib/velero/scheduled-backup.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { lateen, resultOf, schedule } from './harness.ts'

const daily = schedule('daily', { template: { includedNamespaces: ['shop'], ttl: '48h0m0s' } })

/** A bucket with one schedule; `sent` are the backups that were made. */
function having(): { jobs: Partial<Jobs>; sent: Backup[] } {
  const sent: Backup[] = []
  return {
    sent,
    jobs: {
      async backupFromSchedule(_, name, { now, uid, backupName }) {
        if (name !== 'daily') throw new ScheduleNotFoundError(name)
        return backupOfSchedule(daily, backupName ?? timestampedName(name, now), uid)
      },
      async createBackup(_, manifest) {
        sent.push(manifest)
        return resultOf(manifest, { phase: 'Completed' })
      },
    },
  }
}

describe.each([
  ['backup create --from-schedule daily', 'backup create mine --from-schedule daily'],
  ['schedule trigger daily', 'schedule trigger daily mine'],
])('`%s`', (unnamed, named) => {
  it('makes the backup that the schedule asks for, under a name with the time in UTC', async () => {
    const { jobs, sent } = having()
    const { code, stdout, stderr } = await lateen(unnamed, { jobs, timeZone: 'America/New_York' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^Creating backup from schedule, all other filters are ignored\.\nBackup completed with status: Completed\. .*`lateen backup logs daily-20261122084126`/,
    )
    expect(sent).toMatchObject([
      {
        metadata: {
          name: 'daily-20261122084126',
          uid: '00000000-0000-4000-8000-000000000001',
          labels: { 'velero.io/schedule-name': 'daily' },
        },
        spec: { includedNamespaces: ['shop'], ttl: '48h0m0s' },
      },
    ])
  })

  it('or under a name that is given', async () => {
    const { jobs, sent } = having()
    expect((await lateen(named, { jobs })).code).toBe(0)
    expect(sent[0]?.metadata.name).toBe('mine')
  })

  it('refuses a schedule that is not there', async () => {
    const line = unnamed.replace('daily', 'nope')
    const { code, stdout, stderr } = await lateen(line, having())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('schedules.velero.io "nope" not found')
  })

  it('tells the name with which it is gone on, where that was made up', async () => {
    const { jobs } = having()
    const createBackup = () => Promise.reject(new InterruptedError('backup', 'x'))
    const again = async (line: string) => (await lateen(line, { jobs: { ...jobs, createBackup } })).stderr
    expect(await again(unnamed)).toContain('The same command with the name daily-20261122084126 goes on')
    expect(await again(named)).toContain('The same command goes on')
  })
})

describe('backup create --from-schedule', () => {
  it('ignores filters, and adds labels and annotations to those of the schedule', async () => {
    const { jobs, sent } = having()
    await lateen(
      'backup create b --from-schedule daily --include-namespaces x --ttl 1h --labels a=b --annotations c=d',
      {
        jobs,
      },
    )
    expect(sent[0]).toMatchObject({
      metadata: { labels: { 'velero.io/schedule-name': 'daily', a: 'b' }, annotations: { c: 'd' } },
      spec: { includedNamespaces: ['shop'], ttl: '48h0m0s' },
    })
  })

  it('with -o prints the object as it would be sent, and makes nothing', async () => {
    const { jobs, sent } = having()
    const { code, stdout } = await lateen('backup create --from-schedule daily -o json', { jobs })
    expect(code).toBe(0)
    const { metadata, spec } = JSON.parse(stdout)
    expect(metadata).toEqual({
      name: 'daily-20261122084126',
      namespace: 'velero',
      creationTimestamp: null,
      labels: { 'velero.io/schedule-name': 'daily' },
    })
    expect(spec.includedNamespaces).toEqual(['shop'])
    expect(sent).toEqual([])
  })

  it.each([
    ['backup create --from-schedule=', 'flag must have a non-empty value: --from-schedule'],
    ['backup create X_ --from-schedule daily', 'Backup.velero.io "X_" is invalid'],
    ['schedule trigger', 'requires at least 1 arg(s), only received 0'],
    ['schedule trigger a b c', 'accepts at most 2 arg(s), received 3'],
  ])('refuses `%s`', async (line, message) => {
    const { code, stdout, stderr } = await lateen(line, having())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
