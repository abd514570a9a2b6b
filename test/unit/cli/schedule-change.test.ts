import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { ScheduleFromConfigError, ScheduleNotFoundError } from '../../../lib/jobs/errors.ts'
import { lateen, schedule } from './harness.ts'

type Change = Parameters<Jobs['pauseSchedule']>[2]

/** A bucket with these schedules, the paused ones in brackets; `changes` is what was asked for. */
function having(...named: string[]): { jobs: Partial<Jobs>; changes: [string, Change][]; deleted: string[] } {
  const changes: [string, Change][] = []
  const deleted: string[] = []
  const paused = new Map(named.map(name => [name.replaceAll(/[[\]]/g, ''), name.startsWith('[')]))
  const found = (name: string) => {
    if (!paused.has(name)) throw new ScheduleNotFoundError(name)
    return { schedule: schedule(name, { paused: paused.get(name) ?? false }) }
  }
  return {
    changes,
    deleted,
    jobs: {
      listSchedules: async () => [...paused.keys()].map(found),
      getSchedule: async (_, name) => found(name),
      async pauseSchedule(_, name, change) {
        const already = found(name).schedule.spec.paused === change.paused
        if (!already) changes.push([name, change])
        return already ? 'already' : 'changed'
      },
      async deleteSchedule(_, name) {
        found(name)
        deleted.push(name)
      },
    },
  }
}

describe('schedule pause and unpause', () => {
  it("pauses what is named, and says so in Velero's words", async () => {
    const { jobs, changes } = having('a', '[b]')
    expect(await lateen('schedule pause a b', { jobs })).toEqual({
      code: 0,
      stdout: 'Schedule a paused successfully\nSchedule b is already paused, skip\n',
      stderr: '',
    })
    expect(changes).toEqual([['a', { paused: true }]])
  })

  it('unpauses all, and may leave out what is due', async () => {
    const { jobs, changes } = having('a', '[b]')
    const { stdout } = await lateen('schedule unpause --all --skip-immediately=true', { jobs })
    expect(stdout).toBe('Schedule a is already unpaused, skip\nSchedule b unpaused successfully\n')
    expect(changes).toEqual([['b', { paused: false, skipImmediately: true }]])
  })

  it.each(['pause', 'unpause'])('%s tells of names that are missing after it has done the others', async verb => {
    const world = having('a', '[b]')
    const { code, stdout, stderr } = await lateen(`schedule ${verb} a nope b`, world)
    expect(code).toBe(2)
    expect(stdout.split('\n')).toHaveLength(3)
    expect(stderr).toContain('schedules.velero.io "nope" not found')
    expect((await lateen(`schedule ${verb} nope`, having())).stdout).toBe('No schedules found\n')
    expect(await lateen(`schedule ${verb} --all`, having())).toEqual({
      code: 0,
      stdout: 'No schedules found\n',
      stderr: '',
    })
  })

  it('refuses to change what lateen.yaml describes', async () => {
    const pauseSchedule = () => Promise.reject(new ScheduleFromConfigError('a'))
    const { code, stdout, stderr } = await lateen('schedule pause a', { jobs: { pauseSchedule } })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'An error occurred: the schedule "a" comes from lateen.yaml\nChange it there, and deploy the functions again.\n',
    )
  })

  it('needs one way to say which, and a value for --skip-immediately', async () => {
    expect((await lateen('schedule pause')).stderr).toContain('specific schedule name(s), the --all flag')
    expect((await lateen('schedule unpause a --skip-immediately')).stderr).toContain('flag needs an argument')
    expect((await lateen('schedule unpause a --skip-immediately=x')).stderr).toContain('strconv.ParseBool')
  })
})

describe('schedule delete', () => {
  it.each(['schedule delete a', 'delete schedule a', 'delete schedules --all'])('is `%s`', async words => {
    const { jobs, deleted } = having('a')
    const typed = ['y']
    const { code, stdout, stderr } = await lateen(words, { jobs, typed })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe('Are you sure you want to continue (Y/N)? Schedule deleted: a\n')
    expect(deleted).toEqual(['a'])
  })

  it('tells of names that are missing after it has deleted the others', async () => {
    const { code, stdout, stderr } = await lateen('schedule delete a nope --confirm', having('a'))
    expect({ code, stdout }).toEqual({ code: 2, stdout: 'Schedule deleted: a\n' })
    expect(stderr).toContain('schedules.velero.io "nope" not found')
    expect((await lateen('schedule delete nope --confirm', having())).stdout).toBe('No schedules found\n')
  })

  it('says that one of lateen.yaml comes back', async () => {
    const { jobs } = having('a')
    const made = schedule('a')
    const annotations = { 'lateen.io/source': 'config' }
    const getSchedule = async () => ({ schedule: { ...made, metadata: { ...made.metadata, annotations } } })
    const { code, stderr } = await lateen('schedule delete a --confirm', { jobs: { ...jobs, getSchedule } })
    expect(code).toBe(0)
    expect(stderr).toBe(
      'Schedule a came from lateen.yaml: as long as that describes it, it is made anew at the next tick.\n',
    )
  })

  it('deletes one that cannot be read', async () => {
    const { jobs, deleted } = having('a')
    const getSchedule = () => Promise.reject(new Error('it is no Schedule'))
    expect((await lateen('schedule delete a --confirm', { jobs: { ...jobs, getSchedule } })).code).toBe(0)
    expect(deleted).toEqual(['a'])
  })
})
