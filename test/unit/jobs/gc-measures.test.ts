import { expect, it } from 'vitest'
import { measuresOfCollection } from '../../../lib/jobs/gc-measures.ts'
import { emptyAccount, type GcResult } from '../../../lib/jobs/gc-types.ts'

const result = (more: Partial<GcResult>): GcResult => ({
  ...emptyAccount('main', new Date('2026-11-22T08:00:00Z')),
  ...{ how: 'finished', decisions: [], schedules: [] },
  ...more,
})

it('a collection counts what it did, and each dead run that it ended as one that failed', () => {
  const deleted = [{ kind: 'backup', name: 'b', reason: 'it expired', removed: 9 }] as const
  const runs = [
    { kind: 'backup', name: 'dead', uid: 'u1', what: 'ended', reason: 'nobody works on it' },
    { kind: 'restore', name: 'tired', uid: 'u2', what: 'queued' },
  ] as const
  const lines = measuresOfCollection(
    result({ kept: 7, deleted: [...deleted], runs: [...runs], problems: ['a', 'b'], unsent: 1 }),
  )
  expect(lines).toEqual([
    {
      service: 'gc',
      values: { Deleted: 1, Kept: 7, Problems: 2, EndedRuns: 1, NotificationsFailed: 1 },
      about: { location: 'main' },
    },
    { service: 'backup', values: { Failed: 1 }, about: { location: 'main', name: 'dead', uid: 'u1' } },
  ])
})

it('a collection that found another one at work counts nothing', () => {
  expect(measuresOfCollection(result({ how: 'busy' }))).toEqual([])
})
