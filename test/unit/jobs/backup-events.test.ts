import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { SlotsTakenError } from '../../../lib/bucket/slots.ts'
import type { Settings } from '../../../lib/config/types.ts'
import { type BackupInvocation, handleBackupEvent } from '../../../lib/jobs/backup-events.ts'
import type { Queues } from '../../../lib/jobs/queue.ts'
import type { BackupResult } from '../../../lib/jobs/types.ts'
import { InvalidManifestError } from '../../../lib/velero/schema.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { manifest } from '../../helpers/world.ts'
import { batch, failures, held, openInvocation, record, type Told } from './invocation.ts'

interface BackupsTold extends Told<Backup> {
  made: { backup: Backup; settings: Settings; wait: boolean | undefined; last: boolean | undefined }[]
}

/** What an invocation does, and all that it told others. */
function world(options: {
  make?: (backup: Backup) => Partial<BackupResult> | Error
  queues?: false | Partial<Queues>
}): { invocation: BackupInvocation; told: BackupsTold } {
  const { base, told: others } = openInvocation<Backup>(options.queues)
  const told: BackupsTold = { ...others, made: [] }
  const invocation: BackupInvocation = {
    ...base,
    places: [],
    createBackup: async (settings, backup, { wait, last }) => {
      told.made.push({ backup, settings, wait, last })
      const made = options.make?.(backup) ?? {}
      if (made instanceof Error) throw made
      return {
        backup: { ...backup, status: { phase: 'Completed' } },
        how: 'finished',
        errors: [],
        warnings: [],
        ...made,
      }
    },
  }
  return { invocation, told }
}

describe('messages of the queue', () => {
  it('are done with, each by itself: only those that failed come again', async () => {
    const make = (backup: Backup) => (backup.metadata.name === 'bad' ? new Error('the cluster is away') : {})
    const { invocation, told } = world({ make })
    const event = batch(...['good', 'bad', 'fine'].map(name => record(name, manifest(name))))
    expect(await handleBackupEvent(event, invocation)).toEqual(failures('bad'))
    expect(told.made.map(({ backup, wait }) => [backup.metadata.name, wait])).toEqual([
      ['good', false],
      ['bad', false],
      ['fine', false],
    ])
    expect(told.buried).toEqual([])
  })

  it.each([
    ['no JSON', 'not json', /no JSON/],
    ['nothing that we know', { kind: 'Restore' }, /kind: expected Backup or Schedule/],
    ['a manifest with a wrong field', { ...manifest('b'), spec: { ttl: 5 } }, /spec\.ttl/],
    ['a uid that would lead elsewhere in the bucket', manifest('b', {}, '../../x'), /metadata\.uid/],
    ['a name that would lead elsewhere in the bucket', manifest('../x'), /metadata\.name/],
    ['a timer that tells no time', { kind: 'Schedule', metadata: { name: 's' }, time: 'soon' }, /time: "soon"/],
    [
      'a cluster that is not configured',
      { ...manifest('b'), metadata: { name: 'b', annotations: { 'lateen.io/cluster': 'nowhere' } } },
      /no cluster is called/,
    ],
  ])('that hold %s go aside with the reason', async (_, body, reason) => {
    const { invocation, told } = world({})
    expect(await handleBackupEvent(batch(record('m', body)), invocation)).toEqual(failures())
    expect(told.buried).toEqual([
      [typeof body === 'string' ? body : JSON.stringify(body), expect.stringMatching(reason)],
    ])
    expect(told.made).toEqual([])
  })

  it('go aside where the name is taken', async () => {
    const { invocation, told } = world({ make: () => new BackupExistsError('b') })
    await handleBackupEvent(batch(record('m', manifest('b'))), invocation)
    expect(told.buried[0]?.[1]).toBe('backups.velero.io "b" already exists')
  })

  it('come back where there is no place for what is refused', async () => {
    const { invocation } = world({ queues: { bury: async () => false } })
    expect(await handleBackupEvent(batch(record('m', 'x')), invocation)).toEqual(failures('m'))
    const none = world({ queues: false })
    expect(await handleBackupEvent(batch(record('m', 'x')), none.invocation)).toEqual(failures('m'))
  })

  it('that have to wait come again as new ones, whose receptions the queue counts from one', async () => {
    for (const [error, atLeast] of [
      [held(), 21],
      [new SlotsTakenError({ cluster: 'north', limit: 1 }), 30],
    ] as const) {
      const { invocation, told } = world({ make: () => error })
      expect(await handleBackupEvent(batch(record('m', manifest('b'), 8)), invocation)).toEqual(failures())
      expect(told.sent).toEqual([manifest('b')])
      expect(told.delayed[0]).toBeGreaterThanOrEqual(atLeast)
      expect(told.delayed[0]).toBeLessThanOrEqual(900)
      expect([told.buried, new Set(told.logged.map(([level]) => level))]).toEqual([[], new Set(['info'])])
    }
  })

  it('that have to wait come back where nothing can be sent', async () => {
    const { invocation } = world({ make: held, queues: false })
    expect(await handleBackupEvent(batch(record('m', manifest('b'))), invocation)).toEqual(failures('m'))
  })

  it('that fail for the last time go aside with the reason', async () => {
    const { invocation, told } = world({ make: () => new Error('the cluster is away') })
    expect(await handleBackupEvent(batch(record('m', manifest('b'), 7)), invocation)).toEqual(failures('m'))
    expect(told.buried).toEqual([])
    expect(await handleBackupEvent(batch(record('m', manifest('b'), 8)), invocation)).toEqual(failures())
    expect(told.buried).toEqual([[JSON.stringify(manifest('b')), 'the cluster is away']])
    expect(told.made.map(({ last }) => last)).toEqual([false, true])
  })

  it('whose last invocation was killed go aside unseen, with a reason that says so', async () => {
    const { invocation, told } = world({})
    expect(await handleBackupEvent(batch(record('m', manifest('b'), 9)), invocation)).toEqual(failures())
    expect(told.made).toEqual([])
    expect(told.buried).toEqual([[JSON.stringify(manifest('b')), expect.stringContaining('it came 8 times')]])
    const none = world({ queues: { bury: async () => false } })
    expect(await handleBackupEvent(batch(record('m', manifest('b'), 9)), none.invocation)).toEqual(failures('m'))
  })

  it('whose run was given up since invocations of it died go aside too, with the reason', async () => {
    const { invocation, told } = world({ make: () => ({ givenUp: 'it was taken over 3 times' }) })
    expect(await handleBackupEvent(batch(record('m', manifest('b'))), invocation)).toEqual(failures())
    expect(told.buried).toEqual([[JSON.stringify(manifest('b')), 'it was taken over 3 times']])
  })

  it('whose run was stopped by the deadline are sent again, with the same uid', async () => {
    const { invocation, told } = world({ make: () => ({ how: 'continued' }) })
    const body = { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: { name: 'b' }, spec: {} }
    expect(await handleBackupEvent(batch(record('m', body)), invocation)).toEqual(failures())
    expect(told.sent.length).toBe(1)
    expect(told.sent[0]).toEqual(told.made[0]?.backup)
    await handleBackupEvent(batch(record('n', told.sent[0])), invocation)
    expect(told.made[1]?.backup).toEqual(told.made[0]?.backup)
  })

  it('come again where their continuation could not be sent', async () => {
    const queues = { send: () => Promise.reject(new Error('throttled')) }
    const { invocation } = world({ make: () => ({ how: 'continued' }), queues })
    expect(await handleBackupEvent(batch(record('m', manifest('b'))), invocation)).toEqual(failures('m'))
  })

  it('come again where the queue itself fails, and spoil no others', async () => {
    const queues = {
      send: () => Promise.reject(new Error('throttled')),
      bury: () => Promise.reject(new Error('access denied')),
    }
    const make = (backup: Backup) => (backup.metadata.name === 'held' ? held() : {})
    const { invocation, told } = world({ make, queues })
    const event = batch(record('held', manifest('held')), record('bad', 'x'), record('good', manifest('good')))
    expect(await handleBackupEvent(event, invocation)).toEqual(failures('held', 'bad'))
    expect(told.logged.map(([level]) => level)).toContain('error')
  })
})

describe('a timer', () => {
  const timer = async (name: string) => JSON.parse(await readFile(`events/${name}.json`, 'utf8'))

  it('is put into the queue as the backup that is due, the same each time it fires for this time', async () => {
    const { invocation, told } = world({})
    const event = await timer('backup-timer')
    const answer = await handleBackupEvent(event, invocation)
    await handleBackupEvent({ ...event, time: '2026-11-22T04:00:00+01:00' }, invocation)
    await handleBackupEvent({ ...event, time: '2026-11-23T03:00:00Z' }, invocation)
    const [one, same, next] = told.sent
    expect(one).toMatchObject({
      kind: 'Backup',
      metadata: {
        name: 'daily-20261122030000',
        namespace: 'velero',
        labels: { team: 'platform', 'velero.io/schedule-name': 'daily' },
      },
      spec: { includeClusterResources: true, ttl: '720h0m0s' },
    })
    expect(one?.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(same).toEqual(one)
    expect(next?.metadata.name).toBe('daily-20261123030000')
    expect(next?.metadata.uid).not.toBe(one?.metadata.uid)
    expect(answer).toMatchObject({ name: 'daily-20261122030000', phase: 'Queued', how: 'queued' })
    expect(told.made).toEqual([])
  })

  it('of two schedules with one name in two namespaces makes two backups', async () => {
    const { invocation, told } = world({})
    const event = await timer('backup-timer')
    for (const namespace of ['a', 'b'])
      await handleBackupEvent({ ...event, metadata: { ...event.metadata, namespace } }, invocation)
    expect(told.sent[0]?.metadata.uid).not.toBe(told.sent[1]?.metadata.uid)
  })

  it('takes the labels of the template, as Velero does, and the cluster of the schedule', async () => {
    const { invocation, told } = world({})
    const event = await timer('backup-timer')
    await handleBackupEvent(
      {
        ...event,
        metadata: { name: 'daily', labels: { a: '1' }, annotations: { 'lateen.io/cluster': 'north' } },
        spec: { template: { metadata: { labels: { b: '2' } } } },
      },
      invocation,
    )
    expect(told.sent[0]?.metadata).toMatchObject({
      labels: { b: '2', 'velero.io/schedule-name': 'daily' },
      annotations: { 'lateen.io/cluster': 'north' },
    })
    expect(told.sent[0]?.metadata.labels).not.toHaveProperty('a')
  })
})

describe('a direct call', () => {
  it('only enqueues where there is a queue', async () => {
    const { invocation, told } = world({})
    const answer = await handleBackupEvent(manifest('b'), invocation)
    expect(answer).toMatchObject({ name: 'b', uid: 'uid-of-b', phase: 'Queued', how: 'queued' })
    expect(told.sent[0]?.metadata.name).toBe('b')
    expect(told.made).toEqual([])
  })

  it('works at once where there is none, and waits for whoever works already', async () => {
    const { invocation, told } = world({ queues: false, make: () => ({ warnings: ['w'] }) })
    const answer = await handleBackupEvent(manifest('b'), invocation)
    expect(answer).toMatchObject({ name: 'b', phase: 'Completed', how: 'finished', warnings: ['w'] })
    expect(told.made[0]?.wait).toBe(true)
  })

  it('tells the caller what is wrong, and enqueues nothing', async () => {
    const { invocation, told } = world({})
    const nowhere = { ...manifest('b'), metadata: { name: 'b', annotations: { 'lateen.io/cluster': 'nowhere' } } }
    for (const event of [{}, null, 'text', { kind: 'Pod' }, { ...manifest('b'), spec: 5 }, nowhere])
      await expect(handleBackupEvent(event, invocation)).rejects.toThrow(InvalidManifestError)
    expect(told.sent).toEqual([])
  })

  it('goes to the cluster that its annotation names', async () => {
    const { invocation, told } = world({ queues: false })
    const metadata = { ...manifest('b').metadata, annotations: { 'lateen.io/cluster': 'north' } }
    await handleBackupEvent({ ...manifest('b'), metadata }, invocation)
    expect(told.made[0]?.settings.cluster.name).toBe('north')
  })
})
