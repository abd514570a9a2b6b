import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createGunzip, gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { beforeAll, describe, expect, test } from 'vitest'
import { comparisonActions, restoreItemActions } from '../../../lib/restore/actions/index.ts'
import { differences } from '../../../lib/restore/compare.ts'
import { isCompleted } from '../../../lib/restore/completed.ts'
import { copyJson } from '../../../lib/restore/json.ts'
import { creatingManager, secondWriteNeeded } from '../../../lib/restore/managed-fields.ts'
import { noiseReason } from '../../../lib/restore/noise.ts'
import { resetObject } from '../../../lib/restore/reset.ts'
import type { KubeObject, RestoreItemAction } from '../../../lib/restore/types.ts'
import { VOLUME_FILES } from '../../../lib/restore/volume-files.ts'
import { claimAfterPv, unbindVolume, volumeDecision } from '../../../lib/restore/volumes.ts'
import { parseLossless } from '../../../lib/velero/lossless.ts'
import { context } from './actions/items.ts'

const root = fileURLToPath(new URL('../../../../shared/golden/', import.meta.url))
const backup = join(root, 'harbor-1.18.1/backups/full')
const after = join(root, 'harbor-1.18.1-cluster-after-fresh')
const missing = existsSync(after) ? '' : ' (skipped: no golden data beside the repository)'

const ENTRY = /^resources\/([^/]+)\/(?:cluster|namespaces\/([^/]+))\/(.+)\.json$/

interface Stored {
  resource: string
  namespace: string
  name: string
  object: KubeObject
  /** In the cluster that Velero restored into. */
  live: KubeObject | undefined
  /** What Velero says that it did. */
  outcome: string
}

function unzipped(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path)).toString())
}

async function readArchive(): Promise<Stored[]> {
  const list = unzipped(join(root, 'harbor-1.18.1/restores/fresh/restore-fresh-resource-list.json.gz'))
  const archive = createReadStream(join(backup, 'full.tar.gz')).pipe(createGunzip()).pipe(extract())
  const entries: Stored[] = []
  for await (const file of archive) {
    const content = await buffer(file)
    const [, resource = '', namespace = '', name = ''] = ENTRY.exec(file.header.name) ?? []
    if (name === '' || resource === 'events') continue
    const object = parseLossless(content) as KubeObject
    const path = join(after, resource, namespace || '_cluster', `${name}.json`)
    const live = existsSync(path) ? (parseLossless(readFileSync(path)) as KubeObject) : undefined
    const id = `${namespace && `${namespace}/`}${name}(`
    const lines = (list as Record<string, string[]>)[`${object.apiVersion}/${object.kind}`] ?? []
    const outcome = lines.find(line => line.startsWith(id))?.slice(id.length, -1) ?? ''
    entries.push({ resource, namespace, name, object, live, outcome })
  }
  return entries
}

function prepared(stored: Stored, object: KubeObject, actions: readonly RestoreItemAction[]): KubeObject {
  const item = { ...stored, object: copyJson(object), stored: stored.object }
  resetObject(item.object)
  for (const action of actions) if (action.applies(item, context())) action.run(item, context())
  if (stored.resource === 'persistentvolumes') unbindVolume(item.object, source => source)
  if (stored.resource === 'persistentvolumeclaims') claimAfterPv(item.object, 'restore')
  return item.object
}

function differing(stored: Stored): string[] {
  if (stored.live === undefined) return ['(absent)']
  return differences(
    prepared(stored, stored.object, restoreItemActions),
    prepared(stored, stored.live, comparisonActions),
  )
}

describe.skipIf(missing !== '')(`a cluster after a restore by real Velero 1.18.1${missing}`, () => {
  let entries: Stored[] = []
  const called = ({ resource, namespace, name }: Stored) => `${resource} ${namespace}/${name}`
  beforeAll(async () => {
    entries = await readArchive()
  })

  test('holds what the rules make of the objects of the backup, but where controllers went on', () => {
    const created = entries.filter(({ outcome, resource, object }) => {
      return outcome === 'created' && noiseReason(resource, object) === undefined
    })
    expect(created.map(entry => [called(entry), differing(entry)])).toEqual(created.map(entry => [called(entry), []]))
    expect(created.length).toBeGreaterThan(30)
    expect(new Set(created.map(({ resource }) => resource)).size).toBeGreaterThan(20)
  })

  test('has nothing to warn of in objects that were there before and of which Velero says that they differ', () => {
    const found = entries.filter(({ outcome, live }) => outcome === 'failed' && live !== undefined)
    const told = found.filter(
      entry => differing(entry).length > 0 && noiseReason(entry.resource, entry.object) === undefined,
    )
    expect(told.map(called)).toEqual([])
    expect(found.length).toBeGreaterThan(20)
  })

  test('has no pod and no job that had ended', () => {
    const ended = entries.filter(({ resource, object }) => isCompleted(resource, object))
    expect(ended.map(called).sort()).toEqual(['jobs.batch data/migrate', 'pods data/migrate-4srfz'])
    for (const { live, outcome } of ended) expect([live, outcome]).toEqual([undefined, ''])
  })

  test('needs a second write for few objects; the others are owned by the manager that would create them', () => {
    // Velero creates Namespaces as its own, and controllers have written Endpoints again.
    const restored = entries.filter(({ outcome, live, resource }) => {
      return outcome === 'created' && live !== undefined && resource !== 'namespaces' && resource !== 'endpoints'
    })
    const twice = restored.filter(({ object }) => secondWriteNeeded(object.metadata.managedFields))
    expect(twice.map(called).sort()).toEqual(['persistentvolumes /pv-db-0', 'secrets shop/web-token'])
    const once = restored.filter(entry => !twice.includes(entry))
    const owners = ({ live }: Stored) =>
      (live?.metadata.managedFields ?? []).filter(({ subresource }) => subresource !== 'status').map(own => own.manager)
    const creator = ({ object }: Stored) => creatingManager(object.metadata.managedFields)
    expect(once.map(entry => [called(entry), owners(entry)])).toEqual(
      once.map(entry => [called(entry), [creator(entry)]]),
    )
  })

  test('got back the volume, of whose contents the backup knows nothing', () => {
    const records = VOLUME_FILES.flatMap(([suffix, parse]) => {
      const path = join(backup, `full-${suffix}`)
      const rows = existsSync(path) ? (unzipped(path) as unknown[] | null) : null
      return (rows ?? []).flatMap(row => parse(row) ?? [])
    })
    expect(records).toEqual([])
    const volumes = entries.filter(({ resource }) => resource === 'persistentvolumes')
    expect(volumes.map(({ object, outcome }) => [volumeDecision(object, undefined), outcome])).toEqual([
      ['restore', 'created'],
    ])
  })
})
