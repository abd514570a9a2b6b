import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip, gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'

export interface Entry {
  name: string
  size: number
  mode: number
  content: Buffer
}

/** The entries of a .tar.gz in their order. */
export async function readArchive(bytes: Buffer): Promise<Entry[]> {
  return readTar(Readable.from([bytes]).pipe(createGunzip()))
}

export async function readTar(tar: Readable): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of tar.pipe(extract())) {
    const { name, size = 0, mode = 0 } = entry.header
    entries.push({ name, size, mode, content: await buffer(entry) })
  }
  return entries
}

/** Splits gzip members apart by the index' offsets and checks each by itself. */
export function members(bytes: Buffer, rows: readonly { offset: number; length: number }[]): Buffer[] {
  return rows.map(({ offset, length }) => gunzipSync(bytes.subarray(offset, offset + length)))
}

/** Any JSON with its numbers as they were written, for comparison to the digit. */
export function exactly(json: Buffer | string): unknown {
  return JSON.parse(json.toString(), (_, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? { digits: context?.source } : value,
  )
}
