import { readFile } from 'node:fs/promises'
import type { SQSBatchResponse } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { BackupNotFoundError, LocationNotWritableError } from '../../../lib/jobs/errors.ts'
import { type GcAnswer, type GcInvocation, handleGcEvent } from '../../../lib/jobs/gc-events.ts'
import type { GcResult } from '../../../lib/jobs/gc-types.ts'
import { StoreError } from '../../../lib/store/types.ts'
import { InvalidManifestError } from '../../../lib/velero/schema.ts'

const NOW = new Date('2026-11-22T08:00:00Z')

const result = (more: Partial<GcResult> = {}): GcResult => ({
  ...{ how: 'finished', version: 1, location: 'x', started: '', ended: '', decisions: [], schedules: [], kept: 3 },
  ...{ deleted: [], locked: [], runs: [], unsent: 0, foreign: [], problems: [] },
  ...more,
})

function invocation(more: Partial<GcInvocation> = {}, withQueue = true) {
  const seen = { sent: [] as unknown[], buried: [] as string[], collected: [] as string[], deleted: [] as unknown[] }
  const queues = {
    send: async (message: unknown) => void seen.sent.push(message),
    delay: async () => {},
    bury: async (_: string, reason: string) => seen.buried.push(reason) > 0,
  }
  const given: GcInvocation = {
    queues: withQueue ? queues : undefined,
    signal: new AbortController().signal,
    now: () => NOW,
    log: () => {},
    measure: () => {},
    locationNames: ['prod', 'staging'],
    location: (name = 'prod') => ({ name, spec: { provider: 'aws', objectStorage: { bucket: name } } }),
    collect: async ({ location }) => {
      seen.collected.push(location.name)
      return result()
    },
    deleteBackup: async ({ location }, name, { uid }) => seen.deleted.push([location.name, name, uid]),
    ...more,
  }
  return { given, seen }
}

const message = (body: unknown, received = 1) => ({
  Records: [
    {
      ...{ messageId: 'm', receiptHandle: 'r', body: JSON.stringify(body), eventSource: 'aws:sqs' },
      attributes: { ApproximateReceiveCount: String(received) },
    },
  ],
})
const event = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../../events/${name}.json`, import.meta.url), 'utf8'))
const failures = async (given: GcInvocation, body: unknown, received = 1) =>
  ((await handleGcEvent(message(body, received), given)) as SQSBatchResponse).batchItemFailures

describe('the timer of the gc function', () => {
  it('sends a message for each location, which collects it', async () => {
    const { given, seen } = invocation()
    const answers = (await handleGcEvent(await event('gc-timer'), given)) as GcAnswer[]
    expect(answers.map(({ task, how }) => `${task}: ${how}`)).toEqual([
      'collect prod: queued',
      'collect staging: queued',
    ])
    expect(seen.collected).toEqual([])
    for (const sent of seen.sent) expect(await failures(given, sent)).toEqual([])
    expect(seen.collected).toEqual(['prod', 'staging'])
  })

  it('without a queue works at once, and one location out of reach delays no other', async () => {
    const unreachable = new StoreError("can't be reached", { code: 'ECONNREFUSED' })
    const { given } = invocation(
      { collect: async ({ location }) => (location.name === 'prod' ? Promise.reject(unreachable) : result()) },
      false,
    )
    expect(await handleGcEvent(await event('gc-timer'), given)).toEqual([
      { task: 'collect prod', how: 'failed', problems: ["can't be reached"] },
      { task: 'collect staging', how: 'finished', deleted: 0, kept: 3, problems: [] },
    ])
  })

  it('goes on in the next invocation where the deadline came first', async () => {
    const { given, seen } = invocation({ collect: async () => result({ how: 'continued' }) })
    const one = { kind: 'BackupStorageLocation', apiVersion: 'velero.io/v1', metadata: { name: 'prod' } }
    expect(await failures(given, one)).toEqual([])
    expect(seen.sent).toEqual([one])
  })
})

describe('a DeleteBackupRequest', () => {
  it('deletes the backup that it means, and is done with when it comes again', async () => {
    const { given, seen } = invocation()
    const request = await event('gc-direct')
    expect(await failures(given, request)).toEqual([])
    expect(seen.deleted).toEqual([['prod', 'before-upgrade', '0c4d4f5c-52d3-4b0c-9a43-5a1d9f8a7a10']])
    const gone = async () => Promise.reject(new BackupNotFoundError('before-upgrade'))
    expect(await failures({ ...given, deleteBackup: gone }, request)).toEqual([])
    expect(seen.buried).toEqual([])
  })

  it.each([
    [{ kind: 'Backup' }, 'kind: expected BackupStorageLocationList'],
    [{ kind: 'DeleteBackupRequest', spec: {}, metadata: { name: 'x' } }, 'apiVersion'],
    [
      { kind: 'DeleteBackupRequest', apiVersion: 'velero.io/v1', spec: { backupName: 'b' }, metadata: { name: 'x' } },
      'metadata.labels["velero.io/backup-uid"] is required',
    ],
  ])('or any message that cannot be meant goes aside with the reason: %j', async (body, reason) => {
    const { given, seen } = invocation()
    expect(await failures(given, body)).toEqual([])
    expect(seen.buried).toEqual([expect.stringContaining(reason)])
    await expect(handleGcEvent(body, given)).rejects.toThrow(InvalidManifestError)
  })

  it('for a read-only location goes aside, and one that the store fails comes again', async () => {
    const request = await event('gc-direct')
    const by = (error: Error) => invocation({ deleteBackup: async () => Promise.reject(error) })
    const readOnly = by(new LocationNotWritableError('read-only'))
    expect(await failures(readOnly.given, request)).toEqual([])
    expect(readOnly.seen.buried).toEqual(['read-only'])
    const failing = by(new StoreError('busy', { code: 'SlowDown' }))
    expect(await failures(failing.given, request)).toEqual([{ itemIdentifier: 'm' }])
  })

  it('that fails for the last time goes aside with the reason, also where its last invocation was killed', async () => {
    const busy = new StoreError('busy', { code: 'SlowDown' })
    const { given, seen } = invocation({ deleteBackup: async () => Promise.reject(busy) })
    const request = await event('gc-direct')
    expect(await failures(given, request, 7)).toEqual([{ itemIdentifier: 'm' }])
    expect(seen.buried).toEqual([])
    expect(await failures(given, request, 8)).toEqual([])
    expect(seen.buried).toEqual(['busy'])
    const killed = invocation()
    expect(await failures(killed.given, request, 9)).toEqual([])
    expect(killed.seen.deleted).toEqual([])
    expect(killed.seen.buried).toEqual([expect.stringContaining('it came 8 times')])
  })
})
