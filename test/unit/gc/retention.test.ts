import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BackupFacts, type Decision, decide, type RetentionRules } from '../../../lib/gc/retention.ts'
import { PERIODS, parseRetention, type RetentionPolicy } from '../../../lib/velero/retention-policy.ts'
import type { BackupPhase } from '../../../lib/velero/types.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const ago = (ms: number) => new Date(NOW.getTime() - ms)
const good = (name: string, age: number, more: Partial<BackupFacts> = {}): BackupFacts => ({
  ...{ name, phase: 'Completed', started: ago(age) },
  ...more,
})

const decideBy = (
  backups: readonly BackupFacts[],
  policy?: string | RetentionPolicy,
  more: Partial<RetentionRules> = {},
): Decision[] =>
  decide(backups, {
    policyOf: () => (typeof policy === 'string' ? parseRetention(policy) : policy),
    restoring: new Map(),
    now: NOW,
    ...more,
  })

const kept = (decisions: readonly Decision[]) => decisions.filter(({ keep }) => keep).map(({ name }) => name)
const reasonOf = (decisions: readonly Decision[], name: string) =>
  decisions.find(decision => decision.name === name)?.reasons.join('; ')

describe('a time to live', () => {
  it('lets a backup go from the second on in which it ends, whatever its phase, and keeps one without', () => {
    const phases: (BackupPhase | undefined)[] = ['Completed', 'PartiallyFailed', 'Failed', 'Finalizing', undefined]
    const expired = phases.map((phase, i) => ({ ...good(`e${i}`, DAY), phase, expiration: NOW }))
    const running = good('running', DAY, { expiration: new Date(NOW.getTime() + 1000) })
    const decisions = decideBy([...expired, running, good('none', 9 * DAY)])
    expect(kept(decisions)).toEqual(['running', 'none'])
    expect(reasonOf(decisions, 'e0')).toBe('it expired at 2026-11-22T08:00:00.000Z')
    expect(reasonOf(decisions, 'none')).toBe('it has no expiration')
  })

  it('does not take the last good backup of a schedule of which every later run went wrong', () => {
    const of = { schedule: 'daily', expiration: ago(HOUR) }
    const backups = [
      good('older', 5 * DAY, of),
      good('last', 4 * DAY, of),
      { ...good('broken', 3 * DAY, of), phase: 'PartiallyFailed' as const },
      { ...good('newest', 2 * DAY, of), phase: 'Failed' as const },
    ]
    const decisions = decideBy(backups)
    expect(kept(decisions)).toEqual(['last'])
    expect(reasonOf(decisions, 'last')).toContain('the last good backup of the schedule daily')
    expect(kept(decideBy([...backups, good('well', DAY, of)]))).toEqual([])
    expect(kept(decideBy(backups.map(({ schedule: _, ...backup }) => backup)))).toEqual([])
  })
})

describe('whatever else says that it goes', () => {
  const expired = [good('b', DAY, { expiration: ago(HOUR) }), good('c', DAY, { expiration: ago(HOUR) })]

  it('a backup that a restore reads stays', () => {
    const decisions = decideBy(expired, undefined, { restoring: new Map([['b', 'r1']]) })
    expect(kept(decisions)).toEqual(['b'])
    expect(reasonOf(decisions, 'b')).toBe('the restore r1 reads it')
  })

  it('all of a read-only location stays', () => {
    const decisions = decideBy(expired, 'keep-last=1', { locked: 'the location dr is read-only' })
    expect(kept(decisions)).toEqual(['b', 'c'])
    expect(reasonOf(decisions, 'c')).toBe('the location dr is read-only')
  })
})

describe('a policy', () => {
  it('never takes what still has a time to live', () => {
    const decisions = decideBy(
      [
        good('young', HOUR),
        good('old', 9 * DAY, { expiration: new Date(NOW.getTime() + DAY) }),
        good('gone', 10 * DAY),
      ],
      'keep-last=1',
    )
    expect(kept(decisions)).toEqual(['young', 'old'])
    expect(reasonOf(decisions, 'old')).toBe('it expires at 2026-11-23T08:00:00.000Z')
  })

  it('keeps what is past its time to live, if a rule of it does', () => {
    expect(kept(decideBy([good('b', DAY, { expiration: ago(HOUR) })], 'keep-last=1'))).toEqual(['b'])
  })

  it('keeps the newest of each of so many periods that have any', () => {
    const hours = Array.from({ length: 24 * 40 }, (_, i) => good(`h${i}`, i * HOUR))
    const decisions = decideBy(hours, 'keep-hourly=3,keep-daily=3,keep-monthly=2')
    // 08:00 now; 23:00 of the two days before; 23:00 on 31 October.
    expect(kept(decisions)).toEqual(['h0', 'h1', 'h2', 'h9', 'h33', 'h513'])
    expect(reasonOf(decisions, 'h0')).toBe('keep-hourly=3; keep-daily=3; keep-monthly=2; min-good=1')
    expect(reasonOf(decisions, 'h5')).toBe('no rule of the policy of the location keeps it')
  })

  it('counts weeks from Monday, and by UTC', () => {
    const at = (name: string, time: string) => ({ ...good(name, 0), started: new Date(time) })
    const backups = [
      at('sunday', '2026-11-15T23:59:59Z'),
      at('monday', '2026-11-16T00:00:00Z'),
      at('now', '2026-11-22T07:00:00Z'),
    ]
    expect(kept(decideBy(backups, 'keep-weekly=2'))).toEqual(['sunday', 'now'])
  })

  it('lets a good run stand for a period rather than a later one that went wrong', () => {
    const backups = [good('good', 3 * HOUR), { ...good('partial', 2 * HOUR), phase: 'PartiallyFailed' as const }]
    expect(kept(decideBy(backups, 'keep-daily=1'))).toEqual(['good'])
  })

  it('never lets a failed newest run take the last good one with it', () => {
    const backups = [
      good('good', 5 * DAY),
      ...Array.from({ length: 4 }, (_, i) => ({ ...good(`p${i}`, i * DAY), phase: 'PartiallyFailed' as const })),
    ]
    expect(kept(decideBy(backups, 'keep-last=2'))).toEqual(['good', 'p0', 'p1'])
  })

  it('keeps a failed run for its log until a later one has ended well', () => {
    const failed = { ...good('failed', HOUR), phase: 'Failed' as const }
    expect(kept(decideBy([good('b', DAY), failed], 'keep-last=1'))).toEqual(['b', 'failed'])
    expect(kept(decideBy([good('b', DAY), failed, good('c', 0)], 'keep-last=1'))).toEqual(['c'])
  })

  it('does not touch a run that has not ended', () => {
    const finalizing = { ...good('f', 9 * DAY), phase: 'Finalizing' as const }
    expect(kept(decideBy([finalizing, good('b', 0)], 'keep-last=1'))).toEqual(['f', 'b'])
  })

  it('counts each schedule by itself', () => {
    const backups = [good('a1', 1, { schedule: 'a' }), good('a2', 2, { schedule: 'a' }), good('m', 3)]
    expect(kept(decideBy(backups, 'keep-last=1'))).toEqual(['a1', 'm'])
  })
})

const phases = fc.constantFrom<BackupPhase>('Completed', 'PartiallyFailed', 'Failed', 'Finalizing')
const backupsOf = fc
  .array(
    fc.record({
      phase: phases,
      age: fc.integer({ min: 0, max: 900 * 24 }),
      ttl: fc.option(fc.integer({ min: 1, max: 900 * 24 }), { nil: undefined }),
      schedule: fc.constantFrom(undefined, 'daily', 'hourly'),
    }),
    { maxLength: 60 },
  )
  .map(list =>
    list.map(
      ({ phase, age, ttl, schedule }, i): BackupFacts => ({
        ...{ name: `b${i}`, phase, started: ago(age * HOUR) },
        ...(schedule && { schedule }),
        ...(ttl !== undefined && { expiration: ago((age - ttl) * HOUR) }),
      }),
    ),
  )
const counts = fc.integer({ min: 0, max: 5 })
const policyOf = fc
  .record({ last: counts, minGood: fc.integer({ min: 1, max: 3 }), periods: fc.tuple(...PERIODS.map(() => counts)) })
  .map(
    ({ last, minGood, periods }): RetentionPolicy => ({
      ...{ last, minGood },
      periods: Object.fromEntries(PERIODS.map((period, i) => [period, periods[i] ?? 0])),
    }),
  )

describe('of any backups and any policy', () => {
  const cases = (check: (backups: BackupFacts[], policy: RetentionPolicy) => void) =>
    fc.assert(fc.property(backupsOf, policyOf, check), { numRuns: 300 })

  it('each gets one decision with a reason, in the order given', () => {
    cases((backups, policy) => {
      const decisions = decideBy(backups, policy)
      expect(decisions.map(({ name }) => name)).toEqual(backups.map(({ name }) => name))
      expect(decisions.every(({ reasons }) => reasons.length > 0 && reasons.every(reason => reason !== ''))).toBe(true)
    })
  })

  it('what has an unexpired time to live stays', () => {
    cases((backups, policy) => {
      const stays = new Set(kept(decideBy(backups, policy)))
      for (const { name, expiration } of backups) if (expiration && expiration > NOW) expect(stays).toContain(name)
    })
  })

  it('so many good ones of each schedule as the policy asks for stay', () => {
    cases((backups, policy) => {
      const stays = new Set(kept(decideBy(backups, policy)))
      for (const group of Map.groupBy(backups, ({ schedule }) => schedule).values()) {
        const those = group.filter(({ phase }) => phase === 'Completed')
        const left = those.filter(({ name }) => stays.has(name))
        expect(left.length).toBeGreaterThanOrEqual(Math.min(policy.minGood, those.length))
      }
    })
  })

  it('nothing more goes when the same is decided about what is left', () => {
    cases((backups, policy) => {
      const stays = new Set(kept(decideBy(backups, policy)))
      const left = backups.filter(({ name }) => stays.has(name))
      expect(kept(decideBy(left, policy))).toEqual(left.map(({ name }) => name))
    })
  })

  it('the order in which they come changes nothing', () => {
    cases((backups, policy) => {
      const forwards = kept(decideBy(backups, policy)).sort()
      expect(kept(decideBy(backups.toReversed(), policy)).sort()).toEqual(forwards)
    })
  })

  it('a policy that keeps more of something keeps all that it kept before', () => {
    cases((backups, policy) => {
      const more = { ...policy, last: policy.last + 1, periods: { ...policy.periods, daily: 9 } }
      const stays = new Set(kept(decideBy(backups, more)))
      for (const name of kept(decideBy(backups, policy))) expect(stays).toContain(name)
    })
  })
})
