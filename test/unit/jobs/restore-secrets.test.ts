import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readBytes } from '../../../lib/bucket/documents.ts'
import { restoreLogKey, restoreResultsKey } from '../../../lib/bucket/layout.ts'
import type { Fault } from '../../../playground/cluster/faults.ts'
import { manifest, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

const PASSWORD = 'planted-password-of-the-shop'
const encoded = Buffer.from(PASSWORD).toString('base64')

let world: World
let fault: ((request: { method: string; path: string }) => Fault | undefined) | undefined
beforeAll(async () => {
  world = await openWorld({ faults: request => fault?.(request) })
  const metadata = { name: 'db', namespace: 'shop' }
  world.cluster.seed([namespace('shop'), { kind: 'Secret', apiVersion: 'v1', metadata, data: { password: encoded } }])
  await world.backup(manifest('b', { includedNamespaces: ['shop'] }))
})
afterAll(() => world[Symbol.asyncDispose]())

it.each([422, 500, 403, 429, 409])('an answer %i that quotes a Secret is told without its values', async code => {
  const message = `Secret "db" is refused: password: Invalid value: "${PASSWORD}" (${encoded})`
  const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Invalid', code })
  fault = ({ method, path }) => (method === 'POST' && path.includes('/secrets') ? { status: code, body } : undefined)
  const name = `r${code}`
  const { restore, errors } = await world.restore(restoreOf(name, { namespaceMapping: { shop: name } }))
  const files = await Promise.all(
    [restoreLogKey(name), restoreResultsKey(name)].map(async key => gunzipSync(await readBytes(world.store, key))),
  )
  const told = [JSON.stringify(restore), ...errors, ...files.map(String)].join('\n')
  expect(restore.status?.phase).toBe('PartiallyFailed')
  expect(told).toContain('Secret "db" is refused: password: Invalid value: "<redacted>"')
  expect(told).not.toContain(PASSWORD)
  expect(told).not.toContain(encoded)
})
