import { expect, vi } from 'vitest'
import { exchange } from '../../../lib/cluster/http/read.ts'
import { createObject, deleteObject } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import type { Kind } from './cluster.ts'

const kind = (name: string): Kind => ({ group: 'flowcontrol.apiserver.k8s.io', version: 'v1', name })
const levels = kind('prioritylevelconfigurations')
const schemas = kind('flowschemas')

const ALL_RESOURCES = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }
const ALL_PATHS = { verbs: ['*'], nonResourceURLs: ['*'] }

/** Three of the API server's 600 seats, by the shares of the levels that it has itself, and a queue of one. */
const TIGHT = {
  nominalConcurrencyShares: 1,
  lendablePercent: 0,
  borrowingLimitPercent: 0,
  limitResponse: { type: 'Queue', queuing: { queues: 1, handSize: 1, queueLengthLimit: 1 } },
}

/** Puts a user under a priority level of his own, which bears little, and waits until that counts; both as administrator. */
export async function tighten(admin: Transport, name: string, user: string, asUser: Transport): Promise<void> {
  const create = async (of: Kind, spec: object) =>
    createObject(admin, of, undefined, JSON.stringify({ metadata: { name }, spec }))
  await create(levels, { type: 'Limited', limited: TIGHT })
  await create(schemas, {
    priorityLevelConfiguration: { name },
    matchingPrecedence: 2,
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [{ kind: 'User', user: { name: user } }],
        resourceRules: [ALL_RESOURCES],
        nonResourceRules: [ALL_PATHS],
      },
    ],
  })
  const counts = async () => {
    await exchange(asUser, { method: 'GET', path: '/version' })
    expect(await seatsTaken(admin, name)).toBeGreaterThan(0)
  }
  await vi.waitFor(counts, { timeout: 30_000, interval: 500 })
}

export async function loosen(admin: Transport, name: string): Promise<void> {
  await deleteObject(admin, schemas, { name })
  await deleteObject(admin, levels, { name })
}

/** How many requests the level has refused so far. */
export const refusals = (admin: Transport, level: string) => sumOf(admin, 'rejected_requests_total', level)

const seatsTaken = (admin: Transport, level: string) => sumOf(admin, 'dispatched_requests_total', level)

async function sumOf(admin: Transport, metric: string, level: string): Promise<number> {
  const text = (await exchange(admin, { method: 'GET', path: '/metrics' })).toString()
  const counters = text.matchAll(/^apiserver_flowcontrol_(\w+)\{.*priority_level="([^"]+)".*\} (\S+)$/gm)
  return [...counters].reduce(
    (sum, [, name, of, value]) => sum + (name === metric && of === level ? Number(value) : 0),
    0,
  )
}
