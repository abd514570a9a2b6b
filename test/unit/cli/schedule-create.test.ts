import { describe, expect, it } from 'vitest'
import { ScheduleExistsError } from '../../../lib/jobs/errors.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { lateen, type World } from './harness.ts'

const words = (name: string, times: string, flags: string) => [
  ...['schedule', 'create', name, '--schedule', times],
  ...flags.split(' ').filter(Boolean),
]

/** Runs `schedule create s1` with flags; answers the manifest that was handed to the job, and what was printed. */
async function created(times: string, flags = '', world: World = {}) {
  let sent: Schedule | undefined
  const { code, stdout, stderr } = await lateen(words('s1', times, flags), {
    jobs: {
      createSchedule: async (_, schedule) => {
        sent = schedule
        return schedule
      },
    },
    ...world,
  })
  if (!sent) throw new Error(stderr)
  return { sent, code, stdout, stderr }
}

describe('schedule create', () => {
  it("sends Velero's object, and prints Velero's line and the next three runs", async () => {
    const { sent, code, stdout, stderr } = await created('0 2 * * *')
    expect(sent).toEqual({
      kind: 'Schedule',
      apiVersion: 'velero.io/v1',
      metadata: { name: 's1', namespace: 'velero' },
      spec: {
        template: { includedNamespaces: ['*'] },
        schedule: '0 2 * * *',
        useOwnerReferencesInBackup: false,
      },
    })
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `Schedule "s1" created successfully.
Next runs:
  2026-11-23 02:00:00 +0000 UTC
  2026-11-24 02:00:00 +0000 UTC
  2026-11-25 02:00:00 +0000 UTC
`,
      stderr: '',
    })
  })

  it('prints runs by the clock of the place too, where that differs', async () => {
    const { stdout } = await created('0 2 * * *', '', { timeZone: 'America/New_York' })
    expect(stdout).toContain('\n  2026-11-22 21:00:00 -0500 -05 (2026-11-23 02:00:00 +0000 UTC)\n')
    const berlin = await created('CRON_TZ=Europe/Berlin 0 3 * * *')
    expect(berlin.stdout).toContain('Next runs:\n  2026-11-23 02:00:00 +0000 UTC\n')
    const often = await created('@every 1h30m')
    expect(often.stdout).toContain('Next runs:\n  2026-11-22 10:11:26 +0000 UTC\n  2026-11-22 11:41:26 +0000 UTC\n')
  })

  it('promises no runs while it is paused', async () => {
    const { sent, stdout } = await created('@daily', '--paused')
    expect(sent.spec.paused).toBe(true)
    expect(stdout).toBe(
      'Schedule "s1" created successfully.\nIt is paused: no run begins before `lateen schedule unpause s1`.\n',
    )
  })

  it('takes the flags of a backup for its template, and labels and annotations for itself', async () => {
    const { sent } = await created(
      '@every 6h',
      '--include-namespaces a,b --exclude-resources secrets --snapshot-volumes=false --ttl 24h -l app=web --labels team=core --annotations x=y --resource-policies-configmap pol --skip-immediately true --use-owner-references-in-backup',
    )
    expect(sent).toMatchObject({
      metadata: { labels: { team: 'core' }, annotations: { x: 'y' } },
      spec: {
        template: {
          includedNamespaces: ['a', 'b'],
          excludedResources: ['secrets'],
          snapshotVolumes: false,
          ttl: '24h0m0s',
          labelSelector: { matchLabels: { app: 'web' } },
          resourcePolicy: { kind: 'configmap', name: 'pol' },
        },
        skipImmediately: true,
        useOwnerReferencesInBackup: true,
      },
    })
  })

  it('keeps what only Lateen knows in annotations', async () => {
    const flags = '--keep-last 3 --keep-daily 7 --keep-monthly 12 --min-good 2 --concurrency-policy Allow'
    const { sent } = await created('@hourly', flags)
    expect(sent.metadata.annotations).toEqual({
      'lateen.io/retention': 'keep-last=3,keep-daily=7,keep-monthly=12,min-good=2',
      'lateen.io/concurrency-policy': 'Allow',
    })
    const all = await created('@hourly', '--keep-hourly 1 --keep-weekly 2 --keep-yearly 3')
    expect(all.sent.metadata.annotations).toEqual({
      'lateen.io/retention': 'keep-hourly=1,keep-weekly=2,keep-yearly=3',
    })
  })

  it('with -o prints the object as Velero does, and needs no bucket', async () => {
    const line = ['create', 'schedule', 's1', '--schedule', '0 2 * * *', '--ttl', '24h', '-o', 'yaml']
    const { code, stdout } = await lateen(line, { env: { LATEEN_BUCKET: '' } })
    expect(code).toBe(0)
    expect(stdout).toBe(`apiVersion: velero.io/v1
kind: Schedule
metadata:
  creationTimestamp: null
  name: s1
  namespace: velero
spec:
  schedule: 0 2 * * *
  template:
    csiSnapshotTimeout: 0s
    hooks: {}
    includedNamespaces:
    - '*'
    itemOperationTimeout: 0s
    metadata: {}
    ttl: 24h0m0s
  useOwnerReferencesInBackup: false
status: {}

`)
    expect((await lateen(words('s1', '@daily', '-o table'))).stdout).toMatch(/^NAME .*\ns1 +New +<nil> +@daily /)
  })

  it('is refused where the name is taken', async () => {
    const createSchedule = () => Promise.reject(new ScheduleExistsError('s1'))
    const { code, stdout, stderr } = await lateen(words('s1', '@daily', ''), { jobs: { createSchedule } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('An error occurred: schedules.velero.io "s1" already exists\n')
  })

  it.each([
    ['', '', '--schedule is required'],
    ['61 * * * *', '', 'invalid schedule: end of range (61) above maximum (59): 61'],
    ['0 3 * *', '', 'invalid schedule: expected exactly 5 fields, found 4: [0 3 * *]'],
    ['@fortnightly', '', 'invalid schedule: unrecognized descriptor: @fortnightly'],
    ['@every 1d', '', 'invalid schedule: failed to parse duration @every 1d: '],
    ['0 0 31 2 *', '', 'invalid schedule: "0 0 31 2 *" names a day that never comes'],
    ['CRON_TZ=Mars/Base 0 3 * * *', '', 'invalid schedule: provided bad location Mars/Base: unknown time zone'],
    ['@daily', '--keep-last 0', 'retention: nothing would be kept'],
    ['@daily', '--min-good 2', 'retention: nothing would be kept'],
    ['@daily', '--keep-last=-1', 'retention: "keep-last=-1" is no count'],
    ['@daily', '--keep-last 7 --min-good 0', 'retention: min-good=0 would let the last good backup go'],
    ['@daily', '--concurrency-policy Maybe', 'lateen.io/concurrency-policy: "Maybe" is neither Forbid nor Allow'],
    ['@daily', '--ttl -1h', 'spec.ttl: -1h0m0s is negative; the backup would expire at once'],
    ['@daily', '-l a=b --or-selector c=d', "either a 'selector' or an 'or-selector' can be specified, but not both"],
    [
      '@daily',
      '--include-namespaces a --exclude-namespaces a',
      'excludes list cannot contain an item in the includes list: a',
    ],
    ['@daily', '--labels a/b/c=d', '--labels: invalid key "a/b/c"'],
  ])('refuses %j %s before anything is reached, and with -o too', async (times, flags, message) => {
    for (const more of ['', ' -o yaml']) {
      const { code, stdout, stderr } = await lateen(words('s1', times, flags + more))
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(`An error occurred: ${message}`)
    }
  })

  it('refuses names of which no run could have one', async () => {
    const refusal = async (name: string) => (await lateen(words(name, '@daily', ''))).stderr
    expect(await refusal('X_')).toContain('Schedule.velero.io "X_" is invalid: metadata.name: Invalid value: "X_": ')
    expect(await refusal('x'.repeat(64))).toContain('An error occurred: metadata.name: must be no more than 63')
  })

  it.each([
    ['schedule create --schedule @daily', 'accepts 1 arg(s), received 0'],
    ['schedule create a b --schedule @daily', 'accepts 1 arg(s), received 2'],
    ['schedule create a --schedule', 'flag needs an argument: --schedule'],
    ['schedule create a --schedule @daily --skip-immediately', 'flag needs an argument: --skip-immediately'],
    ['schedule create a --schedule @daily --keep-daily x', 'invalid argument "x" for "--keep-daily" flag'],
    ['schedule create a --schedule @daily --wait', 'unknown flag: --wait'],
    ['schedule create a --schedule @daily --from-schedule b', 'unknown flag: --from-schedule'],
    ['schedule create a --schedule @daily --keep-dayly 7', 'unknown flag: --keep-dayly\nDid you mean --keep-daily?'],
  ])('refuses `%s`', async (line, message) => {
    const { code, stderr } = await lateen(line)
    expect(code).toBe(2)
    expect(stderr).toContain(`\nAn error occurred: ${message}`)
  })
})
