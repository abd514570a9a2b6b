import { describe, expect, it } from 'vitest'
import { owedSince } from '../../../lib/velero/lateness.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'

const HOUR = 3_600_000
const at = (text: string) => new Date(`2026-11-${text}Z`)

function schedule(cron: string, more: Partial<Schedule['spec']> = {}, status: Schedule['status'] = {}): Schedule {
  return {
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name: 's', creationTimestamp: '2026-11-01T12:00:00Z' },
    spec: { schedule: cron, template: {}, ...more },
    status,
  }
}

describe('a schedule owes a good backup', () => {
  it.each([
    ['every quarter of an hour', '*/15 * * * *', 1],
    ['each hour', '0 * * * *', 1],
    ['every six hours', '0 */6 * * *', 1.5],
    ['each night', '0 3 * * *', 6],
    ['each week', '0 3 * * 0', 24],
    ['each month', '0 3 1 * *', 24],
    ['every ten hours', '@every 10h', 2.5],
  ])('of %s a while after the run that should have made it, and not before', (_, cron, hours) => {
    const lastGood = at('01T12:30:00')
    // Its first time after that, found by the minute, not by the code under test.
    const made = schedule(cron)
    const owed = owedSince(made, lastGood, new Date(lastGood.getTime() + 40 * 24 * HOUR))
    expect(owed).toBeDefined()
    const due = owed?.getTime() ?? 0
    expect(owedSince(made, lastGood, new Date(due + hours * HOUR))).toBeUndefined()
    expect(owedSince(made, lastGood, new Date(due + hours * HOUR + 1_000))).toEqual(owed)
  })

  it('of each night: the one after the last good one, however many failed or never came', () => {
    const nightly = schedule('0 3 * * *')
    const good = at('10T03:00:20')
    expect(owedSince(nightly, good, at('11T09:00:00'))).toBeUndefined()
    expect(owedSince(nightly, good, at('11T09:00:01'))).toEqual(at('11T03:00:00'))
    expect(owedSince(nightly, good, at('19T12:00:00'))).toEqual(at('11T03:00:00'))
  })

  it('not before its first one is overdue, when it is new', () => {
    const nightly = schedule('0 3 * * *')
    expect(owedSince(nightly, undefined, at('01T23:00:00'))).toBeUndefined()
    expect(owedSince(nightly, undefined, at('02T08:00:00'))).toBeUndefined()
    expect(owedSince(nightly, undefined, at('02T09:30:00'))).toEqual(at('02T03:00:00'))
  })

  it('not while it is paused, nor for a run that was left out', () => {
    expect(owedSince(schedule('0 3 * * *', { paused: true }), undefined, at('20T00:00:00'))).toBeUndefined()
    const skipped = schedule('0 3 * * *', {}, { lastSkipped: '2026-11-19T23:00:00Z' })
    expect(owedSince(skipped, at('01T12:30:00'), at('20T08:00:00'))).toBeUndefined()
    expect(owedSince(skipped, at('01T12:30:00'), at('20T09:30:00'))).toEqual(at('20T03:00:00'))
  })

  it('never, if its times can not be understood or never come', () => {
    expect(owedSince(schedule('each night'), undefined, at('20T00:00:00'))).toBeUndefined()
    expect(owedSince(schedule('0 3 30 2 *'), undefined, at('20T00:00:00'))).toBeUndefined()
  })
})
