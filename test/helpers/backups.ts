import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { ArchiveIndexHeader, ArchiveMember } from '../../lib/bucket/archive-index.ts'
import type { BackupManifest } from '../../lib/bucket/manifest.ts'
import { sha256 } from '../../lib/bucket/segments.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { parseLogLine } from '../../lib/velero/log-line.ts'
import type { Results } from '../../lib/velero/results.ts'
import { readBackupRecord } from '../../lib/velero/schema.ts'
import type { Backup } from '../../lib/velero/types.ts'
import { type Entry, members, readArchive } from './archive.ts'

/** All that a finished backup left in its folder. */
export interface BackupFiles {
  record: Backup
  entries: Entry[]
  /** Of entries: those at the plain paths, by group-resource and then `ns/name` or `name`. */
  stored: Map<string, Map<string, Buffer>>
  list: Record<string, string[]>
  results: Results
  log: { level?: string; msg?: string; fields: Record<string, string> }[]
  volumes: Record<string, unknown>[]
  index: ArchiveMember[]
}

const PLAIN = /^resources\/([^/]+)\/(?:cluster|namespaces\/([^/]+))\/([^/]+)\.json$/

export async function readKey(store: ObjectStore, key: string): Promise<Buffer> {
  return buffer((await store.get(key)).body)
}

export async function keys(store: ObjectStore, prefix = ''): Promise<string[]> {
  const found: string[] = []
  for await (const page of store.list(prefix)) found.push(...page.objects.map(object => object.key))
  return found
}

/** Reads a finished backup, after making sure that its files agree with each other. */
export async function readBackupFiles(store: ObjectStore, name: string): Promise<BackupFiles> {
  const key = (suffix: string) => `backups/${name}/${name}${suffix}`
  const zipped = async (suffix: string) => gunzipSync(await readKey(store, key(suffix))).toString()
  const record = readBackupRecord((await readKey(store, `backups/${name}/velero-backup.json`)).toString())
  const archive = await readKey(store, key('.tar.gz'))
  const entries = await readArchive(archive)
  const list = JSON.parse(await zipped('-resource-list.json.gz')) as BackupFiles['list']
  const [header, ...index] = (await zipped('-lateen-index.json.gz'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line)) as [ArchiveIndexHeader, ...ArchiveMember[]]
  const files: BackupFiles = {
    record,
    entries,
    stored: storedObjects(entries),
    list,
    results: JSON.parse(await zipped('-results.gz')) as Results,
    log: (await zipped('-logs.gz')).trimEnd().split('\n').map(readLine),
    volumes: JSON.parse(await zipped('-volumeinfo.json.gz')) as Record<string, unknown>[],
    index,
  }
  expectWholeArchive(files, archive, header)
  expectCounts(files)
  const manifest = JSON.parse((await readKey(store, key('-lateen-manifest.json'))).toString()) as BackupManifest
  for (const { name: file, size, sha256: digest } of manifest.files) {
    const bytes = await readKey(store, `backups/${name}/${file}`)
    expect(bytes.length).toBe(size)
    if (digest !== undefined) expect(sha256(bytes)).toBe(digest)
  }
  const there = (await keys(store, `backups/${name}/`)).map(path => path.slice(path.lastIndexOf('/') + 1))
  const named = [...manifest.files.map(file => file.name), `${name}-lateen-manifest.json`, 'velero-backup.json']
  expect(there.sort()).toEqual(named.sort())
  return files
}

function readLine(line: string): BackupFiles['log'][number] {
  const fields = Object.fromEntries(
    [...line.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|\S*)/g)].map(([, key = '', value = '']) => [
      key,
      value.startsWith('"') ? (JSON.parse(value) as string) : value,
    ]),
  )
  expect(parseLogLine(line), line).toBeDefined()
  return { ...(fields.level && { level: fields.level }), ...(fields.msg && { msg: fields.msg }), fields }
}

function storedObjects(entries: readonly Entry[]): BackupFiles['stored'] {
  const stored: BackupFiles['stored'] = new Map()
  for (const { name, content } of entries) {
    const [, type, namespace, object] = PLAIN.exec(name) ?? []
    if (type === undefined || object === undefined) continue
    const objects = stored.get(type) ?? new Map<string, Buffer>()
    objects.set(namespace === undefined ? object : `${namespace}/${object}`, content)
    stored.set(type, objects)
  }
  return stored
}

/** Members cover the archive from end to end, each can be read alone, and no path comes twice. */
function expectWholeArchive({ entries, index }: BackupFiles, archive: Buffer, header: ArchiveIndexHeader): void {
  const paths = entries.map(entry => entry.name)
  expect(paths.filter((path, i) => paths.indexOf(path) !== i)).toEqual([])
  expect(paths[0]).toBe('metadata/version')
  expect(header.archive).toMatchObject({ size: archive.length, members: index.length })
  let end = 0
  for (const { offset, length, sha256: digest } of index) {
    expect(offset).toBe(end)
    expect(sha256(archive.subarray(offset, offset + length))).toBe(digest)
    end += length
  }
  expect(end).toBe(archive.length)
  expect(Buffer.concat(members(archive, index)).equals(gunzipSync(archive))).toBe(true)
}

/** Archive, index, resource list, log and record tell of the same items. */
function expectCounts({ record, entries, stored, index, list, log, results }: BackupFiles): void {
  const items = [...stored.values()].reduce((sum, objects) => sum + objects.size, 0)
  expect(entries.length).toBe(2 * items + 1)
  expect(index.reduce((sum, member) => sum + member.items, 0)).toBe(items)
  expect(Object.values(list).reduce((sum, names) => sum + names.length, 0)).toBe(items)
  expect(log.filter(line => line.msg === 'Backed up item').length).toBe(items)
  const { progress, errors = 0, warnings = 0 } = record.status ?? {}
  expect(progress).toEqual({ totalItems: items, itemsBackedUp: items })
  expect(messages(results, 'errors').length).toBe(errors)
  expect(messages(results, 'warnings').length).toBe(warnings)
  expect(log.filter(line => line.level === 'error').length).toBe(errors)
  expect(log.filter(line => line.level === 'warning').length).toBe(warnings)
}

export function messages(results: Results, side: 'errors' | 'warnings'): string[] {
  const { velero = [], cluster = [], namespaces = {} } = results[side]
  return [...velero, ...cluster, ...Object.values(namespaces).flat()]
}

/**
 * All that a backup leaves but for times: entries with their bytes, lists, results, volumes, log, spec and counts. In the order in
 * which items came to be stored and findings came up, two runs may differ, and in what a log tells of the run itself.
 */
export function leftOf({ entries, list, results, volumes, record, log }: BackupFiles) {
  const { startTimestamp, completionTimestamp, expiration, ...status } = record.status ?? {}
  const stored = Object.fromEntries(entries.map(({ name, content }) => [name, content.toString()]))
  const told = log
    .filter(({ msg = '' }) => !OF_THE_RUN.test(msg))
    .map(({ fields: { time, ...fields } }) => JSON.stringify(fields))
  return { stored, ...(sorted({ list, results, volumes, told }) as object), spec: record.spec, status }
}

/** Of the server and its tokens, and of uploads that an earlier invocation has left. */
const OF_THE_RUN = /^(Backup started$|The continue token |Unfinished uploads )/

/** With all arrays in it in an order, where theirs is chance. */
export function sorted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner) =>
    Array.isArray(inner) ? inner.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)) : inner,
  )
}
