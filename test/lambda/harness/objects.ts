import { randomUUID } from 'node:crypto'
import { createObject } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { CLUSTER_ANNOTATION } from '../../../lib/velero/annotations.ts'
import { timestamp } from '../../../lib/velero/timestamps.ts'
import { configMaps, namespaces } from '../../e2e/helpers/cluster.ts'
import type { Side } from './configuration.ts'

const secrets = { group: '', version: 'v1', name: 'secrets' }

/** What no log line may have. */
export const PLANTED = 'planted-in-a-secret'

/** A namespace with ConfigMaps, and a Secret. */
export async function filledNamespace(
  transport: Transport,
  name: string,
  count: number,
  secret = PLANTED,
): Promise<void> {
  await createObject(transport, namespaces, undefined, JSON.stringify({ metadata: { name } }))
  await createObject(
    transport,
    secrets,
    name,
    JSON.stringify({ metadata: { name: 'planted' }, stringData: { secret } }),
  )
  const bodies = Array.from({ length: count }, (_, i) =>
    JSON.stringify({ metadata: { name: `c-${i}` }, data: { i: `${i}` } }),
  )
  await Promise.all(bodies.map(body => createObject(transport, configMaps, name, body)))
}

/** A Velero manifest as a message, for one of the clusters. */
export function request(kind: 'Backup' | 'Restore', name: string, cluster: Side | undefined, spec: object) {
  const annotations: Record<string, string> = cluster === undefined ? {} : { [CLUSTER_ANNOTATION]: cluster }
  return { kind, apiVersion: 'velero.io/v1', metadata: { name, uid: randomUUID() as string, annotations }, spec }
}

export async function readBytes(store: ObjectStore, key: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync((await store.get(key)).body))
}

/** All of a document in a bucket, or `undefined` where there is none. */
export async function readJson<T>(store: ObjectStore, key: string): Promise<T | undefined> {
  if ((await store.head(key)) === undefined) return undefined
  return JSON.parse((await readBytes(store, key)).toString()) as T
}

/** Every object with its version, to tell that nothing was written. */
export async function contentsOf(store: ObjectStore): Promise<string[]> {
  const rows: string[] = []
  for await (const { objects } of store.list(''))
    rows.push(...objects.map(({ key, etag, lastModified }) => `${key} ${etag} ${lastModified.toISOString()}`))
  return rows
}

interface Recorded {
  metadata: { uid: string }
  status: { phase: string; failureReason?: string; progress?: { itemsBackedUp?: number; itemsRestored?: number } }
}

export const backupRecord = (store: ObjectStore, name: string) =>
  readJson<Recorded>(store, `backups/${name}/velero-backup.json`)

export const restoreRecord = (store: ObjectStore, name: string) =>
  readJson<Recorded>(store, `restores/${name}/velero-restore.json`)

/** What half a minute does to the leases of whoever died: they end. */
export async function leasesEnd(store: ObjectStore): Promise<void> {
  for (const prefix of ['metadata/lateen/runs/', 'metadata/lateen/slots/'])
    for await (const { objects } of store.list(prefix))
      for (const { key } of objects) {
        if (!/lease\.json$|slots\//.test(key)) continue
        const lease = await readJson<object>(store, key)
        await store.put(key, JSON.stringify({ ...lease, expires: timestamp(new Date(Date.now() - 1000)) }))
      }
}
