import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connect } from '../../../lib/cluster/connect.ts'
import type { ClusterSettings } from '../../../lib/config/types.ts'
import { AROUND } from '../../../lib/jobs/around.ts'
import { createBackup } from '../../../lib/jobs/backup.ts'
import { handleBackupEvent } from '../../../lib/jobs/backup-events.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { type EksWorld, type EksWorldOptions, openEks } from '../../helpers/eks.ts'
import { manyObjects, priorityClass } from '../../helpers/many-objects.ts'
import { manifest, openWorld, type World } from '../../helpers/world.ts'
import { batch, failures, openInvocation, record } from './invocation.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const MAPS = 300
let world: World
let eks: EksWorld

beforeEach(async () => {
  world = await openWorld()
  world.cluster.seed(manyObjects(MAPS))
  world.cluster.seed([priorityClass])
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await eks[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

async function open(options: Partial<EksWorldOptions>): Promise<void> {
  const { cluster, clock } = world
  eks = await openEks({ cluster, clock, requestMs: 28_000, ...options })
  for (const [name, value] of Object.entries(eks.env)) vi.stubEnv(name, value)
}

/**
 * A message of the backup function's queue, worked on in one long invocation. One request at a time, so that none is under way for
 * longer than it takes. Answers how many minutes went by.
 */
async function backUp(more: Partial<NonNullable<ClusterSettings['eks']>> = {}): Promise<number> {
  const { clock, store } = world
  const began = clock.now().getTime()
  const { base } = openInvocation()
  const location = { name: 'default', spec: { provider: 'file', objectStorage: { bucket: '/in-memory' } } }
  const around = {
    ...AROUND,
    openStore: async () => store,
    sleep: clock.sleep,
    connect: (cluster: ClusterSettings) =>
      connect(cluster, {
        env: { ...process.env },
        clock: { now: () => clock.now().getTime(), sleep: clock.sleep },
        random: () => 0,
      }),
  }
  const answer = await handleBackupEvent(batch(record('m', manifest('b', { includedNamespaces: ['a', 'b', 'c'] }))), {
    ...base,
    settings: () => ({ cluster: { eks: { cluster: 'prod', ...more }, maxConcurrency: 1 }, location }),
    now: clock.now,
    places: [],
    createBackup: (settings, request, options) => createBackup(settings, request, options, around),
  })
  expect(answer).toEqual(failures())
  return (clock.now().getTime() - began) / 60_000
}

async function expectAll(): Promise<void> {
  const files = await readBackupFiles(world.store, 'b')
  expect(files.record.status).toMatchObject({ phase: 'Completed' })
  const maps = [...(files.stored.get('configmaps')?.keys() ?? [])].filter(name => name.includes('/map-'))
  expect(maps).toHaveLength(MAPS)
  expect([...(files.stored.get('persistentvolumes')?.keys() ?? [])]).toHaveLength(6)
}

it('a backup that takes longer than a token lives gets new ones in time: none is refused, nothing is lost', async () => {
  await open({})
  expect(await backUp()).toBeGreaterThan(45)
  await expectAll()
  expect(eks.refused).toEqual([])
  expect(eks.tokens.size).toBeGreaterThan(3)
})

it('under an assumed role whose sessions are shorter than that, each token ends with its session, and a new session follows', async () => {
  await open({ sessionMs: 6 * 60_000 })
  await backUp({ roleArn: 'arn:aws:iam::210987654321:role/lateen', externalId: 'ours' })
  await expectAll()
  expect(eks.refused).toEqual([])
  expect(eks.tokens.size).toBeGreaterThan(6)
  for (const asked of eks.assumed)
    expect(Object.fromEntries(asked)).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::210987654321:role/lateen',
      RoleSessionName: 'lateen',
      ExternalId: 'ours',
    })
})

it('credentials that are revoked before their end are replaced at the first refusal, and nothing is lost', async () => {
  await open({ requestMs: 2_000, onRequest: nth => nth === 30 && eks.revoke() })
  await backUp({ roleArn: 'arn:aws:iam::210987654321:role/lateen' })
  await expectAll()
  expect(eks.requests).toBeGreaterThan(30)
  expect(new Set(eks.refused)).toEqual(new Set(['unknown key']))
  expect(eks.assumed.every(asked => !asked.has('ExternalId'))).toBe(true)
})
