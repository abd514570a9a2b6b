import { cleanPath, type ObjectPlace, readPath } from './entry-path.ts'
import type { TarHeader } from './tar-header.ts'
import { readTar } from './tar-reader.ts'
import type { SourceEntry } from './types.ts'

/** The objects in a member's tar of which `takes` says so; `json` is a view into it. Throws TarDamagedError. */
export function readEntries(tar: Buffer, takes: (place: ObjectPlace) => boolean): SourceEntry[] {
  const entries: SourceEntry[] = []
  let path = ''
  let place: ObjectPlace | undefined
  readTar(tar, {
    wants: (header: TarHeader) => {
      path = cleanPath(header.path)
      const found = header.type === '0' ? readPath(path) : undefined
      place = found !== undefined && !('problem' in found) && takes(found) ? found : undefined
      return place !== undefined
    },
    entry: (_, json) => {
      const { resource, version, namespace, name } = place as ObjectPlace
      entries.push({ path, resource, version, namespace, name, json })
    },
  })
  return entries
}
