import { describe, expect, it } from 'vitest'
import { backupOf } from '../../../lib/jobs/messages.ts'
import { backupOfSchedule, scheduledBackup } from '../../../lib/velero/scheduled-backup.ts'
import { parseBackup } from '../../../lib/velero/schema.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'

const due = new Date('2026-11-22T03:00:00Z')
const schedule = (metadata: object = {}, spec: object = {}): Schedule =>
  ({
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name: 'daily', namespace: 'velero', uid: 'u-1', ...metadata },
    spec: { schedule: '0 3 * * *', template: { ttl: '24h0m0s' }, ...spec },
  }) as Schedule

describe('the backup of a schedule', () => {
  it('is called by its time in UTC, and labelled with its schedule', () => {
    expect(scheduledBackup(schedule({ labels: { team: 'a' } }), due)).toEqual({
      kind: 'Backup',
      apiVersion: 'velero.io/v1',
      metadata: {
        name: 'daily-20261122030000',
        namespace: 'velero',
        uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
        labels: { team: 'a', 'velero.io/schedule-name': 'daily' },
      },
      spec: { ttl: '24h0m0s' },
    })
  })

  it('takes the labels of the template in place of those of the schedule', () => {
    const { labels } = scheduledBackup(
      schedule({ labels: { team: 'a' } }, { template: { metadata: { labels: { b: '1' } } } }),
      due,
    ).metadata
    expect(labels).toEqual({ b: '1', 'velero.io/schedule-name': 'daily' })
  })

  it('takes the annotations of the schedule, but for what is about the schedule', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'lateen.io/cluster': 'prod',
      'lateen.io/retention': 'keep-last=3',
      'lateen.io/concurrency-policy': 'Allow',
      'lateen.io/source': 'config',
      'lateen.io/unsent-run': '2026-11-22T03:00:00Z 2026-11-22T03:00:10.000Z',
    }
    expect(scheduledBackup(schedule({ annotations }), due).metadata.annotations).toEqual({
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'lateen.io/cluster': 'prod',
      'lateen.io/retention': 'keep-last=3',
    })
  })

  it('belongs to the schedule where that is asked for', () => {
    const owned = scheduledBackup(schedule({}, { useOwnerReferencesInBackup: true }), due)
    expect(owned.metadata.ownerReferences).toEqual([
      { apiVersion: 'velero.io/v1', kind: 'Schedule', name: 'daily', uid: 'u-1', controller: true },
    ])
    expect(parseBackup(owned)).toEqual(owned)
  })

  it('is the same request for the same schedule and time, and another for any other', () => {
    const uid = (metadata: object, time = due) => scheduledBackup(schedule(metadata), time).metadata.uid
    expect(uid({ uid: 'u-2', labels: { a: 'b' } })).toBe(uid({}))
    expect(uid({ namespace: undefined })).toBe(uid({}))
    expect(uid({ namespace: 'other' })).not.toBe(uid({}))
    expect(uid({ name: 'nightly' })).not.toBe(uid({}))
    expect(uid({}, new Date('2026-11-23T03:00:00Z'))).not.toBe(uid({}))
  })

  it('is another request for another cluster, and in another place', () => {
    const of = (cluster: string, place?: string) =>
      scheduledBackup(schedule({ annotations: { 'lateen.io/cluster': cluster } }), due, place).metadata.uid
    const uids = [of('a'), of('b'), of('a', 's3://bucket/a'), of('a', 's3://bucket/b')]
    expect(new Set(uids).size).toBe(4)
    expect(of('a', 's3://bucket/a')).toBe(uids[2])
  })

  it("is the one that a timer's event asks for", () => {
    const { status: _, ...given } = schedule({ labels: { team: 'a' } })
    expect(backupOf({ ...given, time: '2026-11-22T04:00:00+01:00' }, due)).toEqual(
      scheduledBackup(schedule({ labels: { team: 'a' } }), due),
    )
  })

  it('that is asked for by hand has the same labels, and its own name and uid', () => {
    const { metadata, spec } = backupOfSchedule(schedule(), 'before-upgrade', 'u-9')
    expect(metadata).toMatchObject({
      name: 'before-upgrade',
      uid: 'u-9',
      labels: { 'velero.io/schedule-name': 'daily' },
    })
    expect(spec).toEqual({ ttl: '24h0m0s' })
  })
})
