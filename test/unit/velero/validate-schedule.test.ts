import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../../../lib/velero/schema.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { concurrencyOf, validateSchedule } from '../../../lib/velero/validate-schedule.ts'

const now = new Date('2026-11-22T08:00:00Z')
const schedule = (spec: object = {}, metadata: object = {}): Schedule =>
  ({
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name: 'daily', ...metadata },
    spec: { schedule: '0 3 * * *', template: {}, ...spec },
  }) as Schedule
const problems = (spec?: object, metadata?: object) => validateSchedule(schedule(spec, metadata), now)
const annotated = (key: string, value: string) => problems({}, { annotations: { [`lateen.io/${key}`]: value } })

describe('a schedule', () => {
  it('may be run as Velero writes it', () => {
    const given = schedule(
      {
        template: { ttl: '720h0m0s', includedNamespaces: ['*'], hooks: {}, metadata: {} },
        useOwnerReferencesInBackup: false,
      },
      { uid: 'u', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
    )
    expect(validateSchedule(parseSchedule(given), now)).toEqual([])
  })

  it('is refused for its times in the words of Velero', () => {
    expect(problems({ schedule: '' })).toEqual(['Schedule must be a non-empty valid Cron expression'])
    expect(problems({ schedule: '61 * * * *' })).toEqual(['invalid schedule: end of range (61) above maximum (59): 61'])
    expect(problems({ schedule: 'CRON_TZ=Europe/Berlni 0 3 * * *' })).toEqual([
      'invalid schedule: provided bad location Europe/Berlni: unknown time zone Europe/Berlni',
    ])
  })

  it('is refused for a backup that would be', () => {
    expect(problems({ template: { includedNamespaces: ['a'], excludedNamespaces: ['a'] } })).toEqual([
      'Invalid included/excluded namespace lists: excludes list cannot contain an item in the includes list: a',
    ])
    expect(problems({ template: { ttl: '-1h' } })).toEqual([
      'spec.ttl: -1h is negative; the backup would expire at once',
    ])
  })

  it('that somebody put into the bucket is refused for what no message may hold', () => {
    expect(problems({ template: { metadata: { labels: { team: 'a b' } } } })).toEqual([
      expect.stringMatching(/^metadata\.labels: "a b": a valid label must/),
    ])
    expect(problems({ template: { ttl: 'soon' } })).toEqual(['spec.ttl: time: invalid duration "soon"'])
  })

  it('needs a name that its backups can have, and that can be a label', () => {
    expect(problems({}, { name: 'Daily' })).toEqual([expect.stringMatching(/^metadata\.name: a lowercase RFC 1123/)])
    expect(problems({}, { name: 'd'.repeat(63) })).toEqual([])
    expect(problems({}, { name: 'd'.repeat(64) })).toEqual(['metadata.name: must be no more than 63 characters'])
    expect(problems({}, { name: 'd'.repeat(250) })).toEqual(['metadata.name: must be no more than 63 characters'])
  })

  it('needs a retention and a concurrency that can be meant', () => {
    expect(annotated('retention', 'keep-daily=7,keep-monthly=12')).toEqual([])
    expect(annotated('retention', 'keep-daly=7')).toEqual([
      'retention: unknown word "keep-daly", did you mean keep-daily?',
    ])
    expect(annotated('concurrency-policy', 'Allow')).toEqual([])
    expect(annotated('concurrency-policy', 'Replace')).toEqual([
      'lateen.io/concurrency-policy: "Replace" is neither Forbid nor Allow',
    ])
  })

  it('is told of everything at once', () => {
    expect(problems({ schedule: '', template: { ttl: '-1s' } }, { name: 'x' })).toHaveLength(2)
  })

  it('forbids runs at the same time, unless it allows them', () => {
    expect(concurrencyOf(schedule())).toBe('Forbid')
    expect(concurrencyOf(schedule({}, { annotations: { 'lateen.io/concurrency-policy': 'Allow' } }))).toBe('Allow')
  })
})
