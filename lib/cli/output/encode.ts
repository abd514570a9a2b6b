import { goJsonIndented } from '../../velero/go-json.ts'
import { serialiseRecord } from '../../velero/serialise.ts'
import type { Backup, BackupStorageLocation } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { Schedule } from '../../velero/types-schedule.ts'

/** What `get` shows and `create` makes. */
export type ShownObject = Backup | Restore | Schedule | BackupStorageLocation

/** `-o json`, as Velero prints it: fields in the order of its structs, two spaces, a line break at the end. */
export function encodeJson(value: unknown): string {
  return `${goJsonIndented(value)}\n`
}

/** `-o yaml`, as Velero prints it: keys sorted, a blank line at the end. */
export async function encodeYaml(value: unknown): Promise<string> {
  const { goYaml } = await import('./go-yaml.ts')
  return `${goYaml(value)}\n`
}

/** An object as Velero's client holds it: one that was never sent has no creation time and an empty status. */
export function printable(object: ShownObject): Record<string, unknown> {
  const { kind, apiVersion, metadata, spec, status = {} } = JSON.parse(serialiseRecord(object))
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp = null, ...rest } = metadata
  const identity = { name, namespace, uid, resourceVersion, generation, creationTimestamp }
  return { kind, apiVersion, metadata: { ...identity, ...rest }, spec, status }
}

/** One object as itself, none or several as a list whose items say neither kind nor version. */
export function printableList(kind: string, objects: readonly ShownObject[]): Record<string, unknown> {
  const [first] = objects
  if (first !== undefined && objects.length === 1) return printable(first)
  const items = objects.map(object => {
    const { kind: _kind, apiVersion: _version, ...item } = printable(object)
    return item
  })
  return { kind: `${kind}List`, apiVersion: 'velero.io/v1', metadata: {}, items }
}
