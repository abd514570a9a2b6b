import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import type { ObjectStore } from '../../lib/store/types.ts'
import { type LogEntry, parseLogLine } from '../../lib/velero/log-line.ts'
import type { Results } from '../../lib/velero/results.ts'
import { readRestoreRecord } from '../../lib/velero/schema.ts'
import type { Restore } from '../../lib/velero/types-restore.ts'
import { keys, messages, readKey, sorted } from './backups.ts'

/** All that a finished restore left in its folder. */
export interface RestoreFiles {
  record: Restore
  /** `apps/v1/Deployment` to `shop/web(created)` */
  list: Record<string, string[]>
  results: Results
  log: LogEntry[]
}

/** How the log calls what became of an object. */
const TITLES: Record<string, string> = { Created: 'created', Updated: 'updated', Skipped: 'skipped', Failed: 'failed' }

/** Reads a finished restore, after making sure that its files are Velero's, agree with each other and are all. */
export async function readRestoreFiles(store: ObjectStore, name: string): Promise<RestoreFiles> {
  const zipped = async (file: string) => gunzipSync(await readKey(store, `restores/${name}/${file}`)).toString()
  const files = ['itemoperations.json.gz', 'logs.gz', 'resource-list.json.gz', 'results.gz']
  const all = [...files.map(file => `restore-${name}-${file}`), `${name}-volumeinfo.json.gz`, 'velero-restore.json']
  expect(await keys(store, `restores/${name}/`)).toEqual(all.map(file => `restores/${name}/${file}`).sort())
  const record = readRestoreRecord((await readKey(store, `restores/${name}/velero-restore.json`)).toString())
  expect(await zipped(`${name}-volumeinfo.json.gz`)).toBe('[]\n')
  expect(await zipped(`restore-${name}-itemoperations.json.gz`)).toBe('[]\n')
  const lines = (await zipped(`restore-${name}-logs.gz`)).trimEnd().split('\n')
  const log = lines.map(line => parseLogLine(line) ?? expect.fail(`no line of a log: ${line}`))
  const found: RestoreFiles = {
    record,
    list: JSON.parse(await zipped(`restore-${name}-resource-list.json.gz`)) as RestoreFiles['list'],
    results: JSON.parse(await zipped(`restore-${name}-results.gz`)) as Results,
    log,
  }
  expectCounts(found)
  return found
}

/** Record, resource list, log and results tell of the same items. */
function expectCounts({ record, list, results, log }: RestoreFiles): void {
  const listed = Object.values(list).flat()
  const { progress, errors = 0, warnings = 0 } = record.status ?? {}
  // Zeros are left out, as Go does.
  expect(progress ?? {}).toEqual(listed.length > 0 ? { totalItems: listed.length, itemsRestored: listed.length } : {})
  const told = log.flatMap(({ message, fields: { namespace, name } }) => {
    const action = TITLES[message]
    return action === undefined ? [] : [`${namespace ? `${namespace}/` : ''}${name}(${action})`]
  })
  expect(told.sort()).toEqual(listed.sort())
  for (const [side, level, count] of [
    ['errors', 'error', errors],
    ['warnings', 'warning', warnings],
  ] as const) {
    expect(messages(results, side).length).toBe(count)
    expect(log.filter(line => line.level === level).length).toBe(count)
  }
}

/** Every line of a resource list, as `v1/ConfigMap shop/web(created)`. */
export const listed = ({ list }: RestoreFiles): string[] =>
  Object.entries(list).flatMap(([kind, names]) => names.map(name => `${kind} ${name}`))

/** What became of one object of a resource list: `created`; undefined where it does not stand there. */
export function outcome({ list }: RestoreFiles, kind: string, place: string): string | undefined {
  const line = list[kind]?.find(name => name.startsWith(`${place}(`))
  return line?.slice(place.length + 1, -1)
}

/** All that a restore leaves in its folder, but for times and the log, whose lines come in any order. */
export function leftOfRestore({ record, list, results }: RestoreFiles) {
  const { startTimestamp, completionTimestamp, ...status } = record.status ?? {}
  return { ...(sorted({ list, results }) as object), status, spec: record.spec }
}
