import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { RestoreExistsError } from '../../../lib/bucket/record-kinds.ts'
import type { Settings } from '../../../lib/config/types.ts'
import { RestoreRefusedError } from '../../../lib/jobs/errors.ts'
import type { Queues } from '../../../lib/jobs/queue.ts'
import { handleRestoreEvent, type RestoreInvocation } from '../../../lib/jobs/restore-events.ts'
import type { RestoreResult } from '../../../lib/jobs/types.ts'
import { InvalidManifestError } from '../../../lib/velero/schema.ts'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { batch, failures, held, openInvocation, record, type Told } from './invocation.ts'

interface RestoresTold extends Told<Restore> {
  made: { restore: Restore; settings: Settings; wait: boolean }[]
}

/** What an invocation does, and all that it told others. */
function world(options: {
  make?: (restore: Restore) => Partial<RestoreResult> | Error
  queues?: false | Partial<Queues>
}): { invocation: RestoreInvocation; told: RestoresTold } {
  const { base, told: others } = openInvocation<Restore>(options.queues)
  const told: RestoresTold = { ...others, made: [] }
  const invocation: RestoreInvocation = {
    ...base,
    locations: [],
    createRestore: async (settings, restore, { wait, onEnded }) => {
      told.made.push({ restore, settings, wait })
      const made = options.make?.(restore) ?? {}
      if (made instanceof Error) throw made
      const status = { phase: 'Completed' as const, progress: { totalItems: 9, itemsRestored: 7 } }
      const result: RestoreResult = {
        ...{ restore: { ...restore, status }, how: 'finished', errors: [], warnings: [] },
        ...made,
      }
      if (result.how === 'finished') onEnded(result)
      return result
    },
  }
  return { invocation, told }
}

function request(name: string, spec: RestoreSpec = { backupName: 'nightly' }, metadata: object = {}): Restore {
  const given = { name, namespace: 'velero', uid: `uid-of-${name}`, ...metadata }
  return { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: given, spec }
}

const annotated = (annotations: Record<string, string>) => request('r', { backupName: 'b' }, { annotations })

describe('messages of the restore queue', () => {
  it('are worked on, and none but what failed comes again', async () => {
    const make = ({ metadata }: Restore) => (metadata.name === 'bad' ? new Error('the cluster is away') : {})
    const { invocation, told } = world({ make })
    const event = batch(...['good', 'bad', 'fine'].map(name => record(name, request(name))))
    expect(await handleRestoreEvent(event, invocation)).toEqual(failures('bad'))
    expect(told.made.map(({ restore, wait }) => [restore.metadata.name, wait])).toEqual([
      ['good', false],
      ['bad', false],
      ['fine', false],
    ])
    const counted = { service: 'restore', values: { Completed: 1, Items: 7 } }
    expect(told.measured).toMatchObject([
      { ...counted, about: { name: 'good' } },
      { ...counted, about: { name: 'fine' } },
    ])
  })

  it.each([
    ['no JSON', 'not json', /no JSON/],
    ['a Backup', { ...request('r'), kind: 'Backup' }, /kind: expected Restore, got "Backup"/],
    ['a field that no Restore has', request('r', { backup: 'b' } as RestoreSpec), /spec/],
    ['a uid that would lead elsewhere in the bucket', request('r', {}, { uid: '../../x' }), /metadata\.uid/],
    ['a name that would lead elsewhere in the bucket', request('../x'), /metadata\.name/],
    ['a cluster that is not configured', annotated({ 'lateen.io/cluster': 'nowhere' }), /no cluster is called/],
    ['a location that is not', annotated({ 'lateen.io/storage-location': 'nowhere' }), /no location is called/],
  ])('that hold %s go aside with the reason', async (_, body, reason) => {
    const { invocation, told } = world({})
    expect(await handleRestoreEvent(batch(record('m', body)), invocation)).toEqual(failures())
    expect(told.buried).toEqual([
      [typeof body === 'string' ? body : JSON.stringify(body), expect.stringMatching(reason)],
    ])
    expect(told.made).toEqual([])
  })

  it.each([
    ['whose name is taken', new RestoreExistsError('r'), 'restores.velero.io "r" already exists'],
    ['that the job refuses', new RestoreRefusedError(['one thing', 'another']), 'one thing\nanother'],
  ])('%s go aside with the reason', async (_, error, reason) => {
    const { invocation, told } = world({ make: () => error })
    const message = request('r')
    expect(await handleRestoreEvent(batch(record('m', message)), invocation)).toEqual(failures())
    expect(told.buried).toEqual([[JSON.stringify(message), reason]])
  })

  it('wait until the lease ends where the run is being worked on', async () => {
    const { invocation, told } = world({ make: held })
    expect(await handleRestoreEvent(batch(record('m', request('r'))), invocation)).toEqual(failures())
    expect(told.sent).toEqual([request('r')])
    expect(told.delayed[0]).toBeGreaterThanOrEqual(21)
  })

  it('whose run was stopped by the deadline are sent again, with the same uid', async () => {
    const { invocation, told } = world({ make: () => ({ how: 'continued' }) })
    const body = { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: { name: 'r' }, spec: { backupName: 'b' } }
    expect(await handleRestoreEvent(batch(record('m', body)), invocation)).toEqual(failures())
    expect(told.sent).toEqual([told.made[0]?.restore])
    expect(told.sent[0]?.metadata).toMatchObject({ namespace: 'velero', uid: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    await handleRestoreEvent(batch(record('n', told.sent[0])), invocation)
    expect(told.made[1]?.restore).toEqual(told.made[0]?.restore)
  })
})

describe('a direct call of the restore function', () => {
  it('only enqueues where there is a queue', async () => {
    const { invocation, told } = world({})
    expect(await handleRestoreEvent(request('r'), invocation)).toEqual({
      name: 'r',
      uid: 'uid-of-r',
      phase: 'Queued',
      how: 'queued',
      items: 0,
      errors: [],
      warnings: [],
    })
    expect(told.sent).toEqual([request('r')])
    expect(told.made).toEqual([])
  })

  it('works at once where there is none, waits for whoever works already, and tells how many items there were', async () => {
    const { invocation, told } = world({ queues: false, make: () => ({ warnings: ['w'] }) })
    const answer = await handleRestoreEvent(request('r'), invocation)
    expect(answer).toMatchObject({ name: 'r', phase: 'Completed', how: 'finished', items: 7, warnings: ['w'] })
    expect(told.made[0]?.wait).toBe(true)
  })

  it('tells the caller what is wrong, and enqueues nothing', async () => {
    const { invocation, told } = world({})
    const nowhere = annotated({ 'lateen.io/cluster': 'nowhere' })
    for (const event of [{}, null, 'text', { kind: 'Backup' }, { ...request('r'), spec: 5 }, nowhere])
      await expect(handleRestoreEvent(event, invocation)).rejects.toThrow(InvalidManifestError)
    expect(told.sent).toEqual([])
  })

  it('goes to the cluster and from the location that its annotations name', async () => {
    const { invocation, told } = world({ queues: false })
    await handleRestoreEvent(
      annotated({ 'lateen.io/cluster': 'north', 'lateen.io/storage-location': 'archive' }),
      invocation,
    )
    await handleRestoreEvent(request('r'), invocation)
    expect(told.made.map(({ settings }) => [settings.cluster.name, settings.location.name])).toEqual([
      ['north', 'archive'],
      ['only', 'default'],
    ])
  })
})

describe('the samples in events/', () => {
  it.each(['restore-queue', 'restore-direct'])('%s ask for a restore', async name => {
    const { invocation, told } = world({ queues: false })
    await handleRestoreEvent(JSON.parse(await readFile(`events/${name}.json`, 'utf8')), invocation)
    expect(told.made.length).toBe(1)
    expect(told.made[0]?.restore.spec.backupName).toMatch(/./)
  })
})
