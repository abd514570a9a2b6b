import { describe, expect, it } from 'vitest'
import { cronProblem, dueAt, nextRuns } from '../../../lib/velero/due.ts'
import type { Schedule, ScheduleSpec, ScheduleStatus } from '../../../lib/velero/types-schedule.ts'

const at = (text: string) => new Date(text)
const CREATED = '2026-11-20T12:00:00Z'
const schedule = (status?: ScheduleStatus, spec: Partial<ScheduleSpec> = {}): Schedule => ({
  kind: 'Schedule',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'daily', creationTimestamp: CREATED },
  spec: { schedule: '0 3 * * *', template: {}, ...spec },
  ...(status && { status }),
})
const due = (now: string, status?: ScheduleStatus, spec?: Partial<ScheduleSpec>) =>
  dueAt(schedule(status, spec), at(now))

describe('a schedule', () => {
  it('is not due when it is made, but at its first time after', () => {
    expect(due('2026-11-20T12:00:00Z')).toEqual({ next: at('2026-11-21T03:00:00Z') })
    expect(due('2026-11-21T02:59:59Z').run).toBeUndefined()
    expect(due('2026-11-21T03:00:00Z')).toEqual({
      run: at('2026-11-21T03:00:00Z'),
      next: at('2026-11-22T03:00:00Z'),
    })
  })

  it('is due again after its last run only', () => {
    const status = { lastBackup: '2026-11-21T03:00:00Z' }
    expect(due('2026-11-21T03:00:30Z', status)).toEqual({ next: at('2026-11-22T03:00:00Z') })
    expect(due('2026-11-22T03:00:30Z', status).run).toEqual(at('2026-11-22T03:00:00Z'))
  })

  it('makes up by one run for all that were missed, and tells since when it is late', () => {
    expect(due('2026-11-25T09:00:00Z', { lastBackup: '2026-11-21T03:00:00Z' })).toEqual({
      run: at('2026-11-25T03:00:00Z'),
      next: at('2026-11-26T03:00:00Z'),
      late: at('2026-11-22T03:00:00Z'),
    })
  })

  it('is not late where what was missed is to be left out', () => {
    expect(due('2026-11-24T12:00:00Z', undefined, { skipImmediately: true }).late).toBeUndefined()
  })

  it('is not late in its first minutes', () => {
    expect(due('2026-11-21T03:05:00Z').late).toBeUndefined()
    expect(due('2026-11-21T03:05:01Z').late).toEqual(at('2026-11-21T03:00:00Z'))
  })

  it('leaves out what was skipped', () => {
    const status = { lastBackup: '2026-11-21T03:00:00Z', lastSkipped: '2026-11-23T10:00:00Z' }
    expect(due('2026-11-23T12:00:00Z', status)).toEqual({ next: at('2026-11-24T03:00:00Z') })
    expect(due('2026-11-24T03:00:00Z', status).run).toEqual(at('2026-11-24T03:00:00Z'))
  })

  it('is never due while it is paused', () => {
    expect(due('2026-11-25T09:00:00Z', undefined, { paused: true })).toEqual({})
  })

  it('that ran in the future, by a clock that was wrong, counts from now', () => {
    const status = { lastBackup: '2027-11-21T03:00:00Z' }
    expect(due('2026-11-22T09:00:00Z', status)).toEqual({ next: at('2026-11-23T03:00:00Z') })
  })
})

describe('the times that are shown on creation', () => {
  it('are the next ones', () => {
    expect(nextRuns('CRON_TZ=Europe/Berlin 0 3 * * *', at('2026-03-27T12:00:00Z'), 3)).toEqual([
      at('2026-03-28T02:00:00Z'),
      at('2026-03-29T01:00:00Z'),
      at('2026-03-30T01:00:00Z'),
    ])
    expect(nextRuns('0 0 30 2 *', at('2026-03-27T12:00:00Z'), 3)).toEqual([])
  })

  it('are refused with the reason where there are none', () => {
    const now = at(CREATED)
    expect(cronProblem('0 3 * * *', now)).toBeUndefined()
    expect(cronProblem(' ', now)).toBe('Schedule must be a non-empty valid Cron expression')
    expect(cronProblem('61 * * * *', now)).toBe('invalid schedule: end of range (61) above maximum (59): 61')
    expect(cronProblem('0 0 31 2 *', now)).toBe('invalid schedule: "0 0 31 2 *" names a day that never comes')
  })
})
