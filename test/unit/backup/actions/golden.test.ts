import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { createGunzip, gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  actionItem,
  backupItemActions,
  ClusterRoleBindingIndex,
  claimMounts,
  type RelatedItem,
  volumeInfo,
} from '../../../../lib/backup/actions/index.ts'
import { find } from '../select/cluster.ts'
import { context } from './items.ts'

const FOLDER = new URL('../../../../../shared/golden/harbor-1.18.1/backups/full/', import.meta.url)
const missing = existsSync(FOLDER) ? '' : ' (skipped: no golden data beside the repository)'

interface Stored {
  type: string
  namespace: string | undefined
  name: string
  json: Buffer
}

const ENTRY = /^resources\/([^/]+)\/(?:cluster|namespaces\/([^/]+))\/(.+)\.json$/

async function readArchive(): Promise<Stored[]> {
  const stored: Stored[] = []
  const entries = createReadStream(new URL('full.tar.gz', FOLDER)).pipe(createGunzip()).pipe(extract())
  for await (const entry of entries) {
    const content = await text(entry)
    const [, type, namespace, name] = ENTRY.exec(entry.header.name) ?? []
    if (type && name) stored.push({ type, namespace, name, json: Buffer.from(content) })
  }
  return stored
}

describe.skipIf(missing !== '')(`the archive of real Velero 1.18.1${missing}`, () => {
  let stored: Stored[] = []
  beforeAll(async () => {
    stored = await readArchive()
  })

  function related(): RelatedItem[] {
    const clusterRoleBindings = new ClusterRoleBindingIndex()
    for (const { type, json } of stored) if (type.startsWith('clusterrolebindings.')) clusterRoleBindings.add(json)
    return stored.flatMap(({ type, namespace, name, json }) => {
      const item = actionItem(find(type), namespace, name, json)
      return backupItemActions
        .filter(action => action.applies(item.resource))
        .flatMap(action => action.run(item, context({ backupName: 'full', clusterRoleBindings })).related)
    })
  }

  test('holds, of cluster-scoped objects, Namespaces, CRDs, and just what the actions relate', () => {
    const apart = ['namespaces', 'customresourcedefinitions.apiextensions.k8s.io']
    const inArchive = stored.filter(({ type, namespace }) => namespace === undefined && !apart.includes(type))
    const found = related().filter(({ namespace }) => namespace === undefined)
    const key = ({ group, resource, name }: RelatedItem) => `${resource}${group && `.${group}`} ${name}`
    expect([...new Set(found.map(key))].sort()).toEqual(inArchive.map(({ type, name }) => `${type} ${name}`).sort())
    expect(inArchive.length).toBeGreaterThan(4)
  })

  test('holds claims that the actions would not change any more', () => {
    const claims = stored.filter(({ type }) => type === 'persistentvolumeclaims')
    expect(claims).toHaveLength(1)
    for (const { type, namespace, name, json } of claims) {
      const item = actionItem(find(type), namespace, name, json)
      for (const action of backupItemActions.filter(({ applies }) => applies(item.resource))) {
        expect(action.run(item, context({ backupName: 'full' })).json).toBeUndefined()
      }
    }
  })

  test('has a volumeinfo that comes out the same', () => {
    const { spec } = JSON.parse(readFileSync(new URL('velero-backup.json', FOLDER), 'utf8'))
    const mounts = stored
      .filter(({ type, namespace }) => type === 'pods' && namespace === 'data')
      .flatMap(({ json }) => claimMounts(JSON.parse(json.toString()), spec))
    const entries = stored
      .filter(({ type }) => type === 'persistentvolumes')
      .map(({ json }) => {
        const claim = JSON.parse(json.toString()).spec.claimRef.name
        return volumeInfo(
          json,
          mounts.filter(mount => mount.claim === claim),
          spec,
        )
      })
    const written = gunzipSync(readFileSync(new URL('full-volumeinfo.json.gz', FOLDER))).toString()
    expect(`${JSON.stringify(entries)}\n`).toBe(written)
  })
})
