import { describe, expect, it } from 'vitest'
import { ScheduleNotFoundError } from '../../../lib/jobs/errors.ts'
import type { ScheduleView } from '../../../lib/jobs/types.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { lateen, schedule } from './harness.ts'
import { sample, samplesThere, sampleTime, whyNot } from './samples.ts'

const listing = (...views: ScheduleView[]) => ({ jobs: { listSchedules: async () => views } })
const having = (view: ScheduleView) => ({ jobs: { getSchedule: async () => view } })

describe.skipIf(!samplesThere)(`what real Velero prints${whyNot}`, () => {
  const objects: Schedule[] = samplesThere
    ? JSON.parse(sample('_input-objects.json'))
        .filter((object: { kind: string }) => object.kind === 'Schedule')
        .sort((a: Schedule, b: Schedule) => (a.metadata.name < b.metadata.name ? -1 : 1))
    : []
  const views = objects.map(object => ({ schedule: { ...object, apiVersion: 'velero.io/v1' as const } }))
  const names = ['broken', 'daily', 'hourly']

  /** With what the samples' server added to what it was given. */
  const served = (name: string): ScheduleView => {
    const { uid, resourceVersion, namespace } = JSON.parse(sample(`get-schedule-${name}.json`)).metadata
    const found = views.find(view => view.schedule.metadata.name === name)
    if (!found) throw new Error(`${name} is not among the samples`)
    const metadata = { ...found.schedule.metadata, uid, resourceVersion, namespace }
    return { schedule: { ...found.schedule, metadata } }
  }

  it.each(['schedule get', 'get schedules', 'get schedule'])('is printed by `%s`, to the byte', async words => {
    const { code, stdout } = await lateen(words, { ...listing(...views), now: sampleTime })
    expect(stdout).toBe(sample('get-schedules.txt'))
    expect(code).toBe(0)
  })

  it.each(names)('is printed by `schedule get %s -o json`, to the byte', async name => {
    const { stdout } = await lateen(`schedule get ${name} -o json`, having(served(name)))
    expect(stdout).toBe(sample(`get-schedule-${name}.json`))
  })

  it.each(names)('is printed by `schedule describe %s`, to the byte, before what is ours', async name => {
    const { code, stdout } = await lateen(`schedule describe ${name}`, having(served(name)))
    expect(stdout).toMatch(/\n\nNext Run: +<none>\nRetention: +<none>\nConcurrency Policy: +Forbid\n$/)
    expect(stdout.slice(0, stdout.lastIndexOf('\n\n') + 1)).toBe(sample(`schedule-describe-${name}.txt`))
    expect(code).toBe(0)
  })
})

describe('schedule get', () => {
  const next = new Date('2026-11-23T02:00:00Z')

  it('shows when the next run comes, and for how long a run has been late, only where there is something to show', async () => {
    const plain = await lateen('schedule get', listing({ schedule: schedule('a') }))
    expect(plain.stdout).toMatch(/PAUSED\n.*false\n$/)
    const late = new Date('2026-11-22T05:00:00Z')
    const { stdout } = await lateen(
      'schedule get --show-labels',
      listing({ schedule: schedule('a'), next }, { schedule: schedule('b'), next, late }),
    )
    expect(stdout.split('\n').map(line => line.split(/ {2,}/).slice(-4))).toEqual([
      ['PAUSED', 'LABELS', 'NEXT RUN', 'LATE'],
      ['false', '<none>', '17h', ''],
      ['false', '<none>', '17h', '3h'],
      [''],
    ])
  })

  it('prints nothing where there is nothing', async () => {
    expect(await lateen('schedule get', listing())).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('lists only what a selector matches', async () => {
    const made = schedule('a')
    const labelled = { ...made, metadata: { ...made.metadata, labels: { team: 'core' } } }
    const { stdout } = await lateen(
      'schedule get -l team=core',
      listing({ schedule: labelled }, { schedule: schedule('b') }),
    )
    expect(stdout).toMatch(/^NAME .*\na .*\n$/)
  })

  it('prints several as a ScheduleList', async () => {
    const { stdout } = await lateen(
      'schedule get -o json',
      listing({ schedule: schedule('a') }, { schedule: schedule('b') }),
    )
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'ScheduleList', items: [{}, {}] })
  })

  it('refuses names that are not there, and formats that there are not', async () => {
    const getSchedule = () => Promise.reject(new ScheduleNotFoundError('nope'))
    expect(await lateen('schedule get nope', { jobs: { getSchedule } })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'An error occurred: schedules.velero.io "nope" not found\nList the schedules with `lateen schedule get`.\n',
    })
    expect((await lateen('schedule get -o xml')).stderr).toContain('invalid output format "xml"')
  })
})

describe('schedule describe', () => {
  const ours = (stdout: string) => stdout.slice(stdout.lastIndexOf('\n\n') + 2)

  it('ends with when it runs next, since when it is late, what it is at, and how many backups stay', async () => {
    const made = schedule('a')
    const annotations = { 'lateen.io/retention': 'keep-daily=7', 'lateen.io/concurrency-policy': 'Allow' }
    const { stdout } = await lateen(
      'schedule describe a',
      having({
        schedule: { ...made, metadata: { ...made.metadata, annotations } },
        next: new Date('2026-11-23T02:00:00Z'),
        late: new Date('2026-11-22T02:00:00Z'),
        unfinished: 'a-20261121020000',
      }),
    )
    expect(ours(stdout)).toBe(`Next Run:            2026-11-23 02:00:00 +0000 UTC
Late Since:          2026-11-22 02:00:00 +0000 UTC
Unfinished Backup:   a-20261121020000
Retention:           keep-daily=7
Concurrency Policy:  Allow
`)
  })

  it.each([
    'describe schedules',
    'describe schedule',
    'schedule describe',
  ])('of no name, as `%s`, is of all, with two blank lines between', async words => {
    const { stdout } = await lateen(words, listing({ schedule: schedule('a') }, { schedule: schedule('b') }))
    expect(stdout.split('\n\n\n').map(text => text.split('\n')[0])).toEqual(['Name:         a', 'Name:         b'])
    expect((await lateen(words, listing())).stdout).toBe('')
  })

  it('has colours on a terminal', async () => {
    const { stdout } = await lateen('schedule describe a', { ...having({ schedule: schedule('a') }), stdoutTty: true })
    expect(stdout).toContain('\u001b[1ma\u001b[22m\n')
    expect(stdout).toContain('\nPhase:  \u001b[32mEnabled\u001b[0m\n')
  })

  it('shows escape characters and does not obey them', async () => {
    const { stdout } = await lateen(
      'schedule describe a',
      having({ schedule: schedule('a', { schedule: '\u001b[2J' }) }),
    )
    expect(stdout).toContain('Schedule:  ^[[2J\n')
  })

  it('names a schedule that cannot be read, describes the others and ends with 1', async () => {
    const { code, stdout, stderr } = await lateen('schedule describe', {
      jobs: {
        listSchedules: async (_, onDamaged) => {
          onDamaged(new Error('it is no Schedule'))
          return [{ schedule: schedule('a') }]
        },
      },
    })
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'An error occurred: it is no Schedule\n' })
    expect(stdout).toMatch(/^Name: +a\n/)
  })
})
