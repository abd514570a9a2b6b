import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ObjectStore } from '../../lib/store/types.ts'
import type { Backup, BackupStatus } from '../../lib/velero/types.ts'
import { manifest, type Seed } from './world.ts'

export interface StoredBackup {
  labels?: Record<string, string>
  status?: BackupStatus
  /** More entries of the archive, whatever they hold. */
  entries?: readonly (readonly [path: string, content: string])[]
  /** Files beside the archive, by what follows the backup's name: `volumeinfo.json.gz`. */
  files?: Record<string, unknown>
}

/** Puts a backup into a store as Velero would write it: an archive without an index. */
export async function storeBackup(
  store: ObjectStore,
  name: string,
  objects: readonly Seed[],
  { labels, status, entries = [], files = {} }: StoredBackup = {},
): Promise<void> {
  const record: Backup = {
    ...manifest(name),
    metadata: { ...manifest(name).metadata, ...(labels && { labels }) },
    status: { phase: 'Completed', formatVersion: '1.1.0', startTimestamp: '2026-11-22T07:00:00Z', ...status },
  }
  const packed = objects.flatMap(object => pathsOf(object).map(path => [path, JSON.stringify(object)] as const))
  await store.put(`backups/${name}/${name}.tar.gz`, await archiveOf([...packed, ...entries]))
  for (const [suffix, content] of Object.entries({ 'resource-list.json.gz': listOf(objects), ...files }))
    await store.put(`backups/${name}/${name}-${suffix}`, gzipSync(JSON.stringify(content)))
  await store.put(`backups/${name}/velero-backup.json`, JSON.stringify(record))
}

export async function archiveOf(entries: readonly (readonly [path: string, content: string])[]): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'metadata/version' }, '1.1.0\n')
  for (const [path, content] of entries) tar.entry({ name: path }, content)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

/** Where an archive has an object: the plain copy, and that of its version. */
export function pathsOf(object: Seed): [plain: string, versioned: string] {
  const { namespace, name } = object.metadata
  const place = namespace === undefined ? `cluster/${name}` : `namespaces/${namespace}/${name}`
  const resource = resourceOf(object)
  const version = object.apiVersion.split('/').at(-1)
  return [`resources/${resource}/${place}.json`, `resources/${resource}/${version}-preferredversion/${place}.json`]
}

/** `ingresses.networking.k8s.io` */
export function resourceOf({ apiVersion, kind }: Pick<Seed, 'apiVersion' | 'kind'>): string {
  const singular = kind.toLowerCase()
  const plural = singular.replace(/y$/, 'ie').replace(/(?<=ss)$/, 'e')
  const [group] = apiVersion.split('/')
  return `${kind === 'Endpoints' ? singular : `${plural}s`}${apiVersion.includes('/') ? `.${group}` : ''}`
}

function listOf(objects: readonly Seed[]): Record<string, string[]> {
  const kinds = Map.groupBy(objects, ({ apiVersion, kind }) => `${apiVersion}/${kind}`)
  const nameOf = ({ metadata: { namespace, name } }: Seed) => (namespace === undefined ? name : `${namespace}/${name}`)
  return Object.fromEntries([...kinds].map(([kind, those]) => [kind, those.map(nameOf)]))
}
