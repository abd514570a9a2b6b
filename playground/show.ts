import type { Readable } from 'node:stream'
import { styleText } from 'node:util'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import type { ObjectStore } from '../lib/store/types.ts'
import type { Backup } from '../lib/velero/types.ts'

const out = (text = '') => console.log(text)
const dim = (text: string) => styleText('dim', text)

/** What the walkthrough says, in colours where the terminal has them. */
export const tell = {
  title(text: string): void {
    out(`\n${styleText(['bold', 'cyan'], `  ◣ ${text}`)}`)
  },
  step(what: string, detail: string): void {
    out(`\n${styleText('bold', what)}  ${dim(detail)}`)
  },
  result({ status }: Backup, ms: number, findings: readonly string[]): void {
    const colour = status?.phase === 'Completed' ? 'green' : 'yellow'
    const items = status?.progress?.itemsBackedUp ?? 0
    out(`  ${styleText([colour, 'bold'], status?.phase ?? '')} ${items} items in ${(ms / 1000).toFixed(2)} s`)
    for (const finding of findings) out(`  ${styleText('yellow', '!')} ${finding}`)
  },
  end(bucket: string | undefined, name: string): void {
    out(`\n${styleText('bold', 'Look closer')}`)
    for (const command of [`get ${name} -o yaml`, `logs ${name}`, `download ${name}`])
      out(`  ${styleText('cyan', `npx lateen backup ${command} --bucket ${bucket}`)}`)
    out()
  },
}

/** The objects of an archive by kind, read as a stream. */
export async function showItems(archive: Readable): Promise<void> {
  const kinds = new Map<string, string[]>()
  for await (const entry of archive.pipe(createGunzip()).pipe(extract())) {
    const [root, kind = '', scope, ...rest] = entry.header.name.split('/')
    if (root === 'resources' && (scope === 'namespaces' || scope === 'cluster'))
      kinds.set(kind, [...(kinds.get(kind) ?? []), (rest.at(-1) ?? '').replace(/\.json$/, '')])
    entry.resume()
  }
  const width = Math.max(...[...kinds.keys()].map(kind => kind.length))
  for (const [kind, names] of [...kinds].sort()) {
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? `, … ${names.length - 3} more` : '')
    out(`  ${styleText('cyan', kind.padEnd(width))}  ${String(names.length).padStart(3)}  ${dim(shown)}`)
  }
}

const FILES: Record<string, string> = {
  'velero-backup.json': 'the record, written last: with it, the backup exists',
  '.tar.gz': 'the objects, in gzip members of one kind each',
  '-logs.gz': 'the log',
  '-results.gz': 'every error and warning',
  '-resource-list.json.gz': 'the names of all objects',
  '-volumeinfo.json.gz': 'what happened to volumes',
  '-lateen-index.json.gz': 'where in the archive each member lies',
  '-lateen-manifest.json': 'sizes and SHA-256 of the files',
}

/** The files of a backup with what each is for. */
export async function showBucket(store: ObjectStore, name: string): Promise<void> {
  for await (const page of store.list(`backups/${name}/`))
    for (const { key, size } of page.objects) {
      const file = key.slice(key.lastIndexOf('/') + 1)
      const purpose = FILES[file] ?? FILES[file.slice(name.length)] ?? "empty here, as Velero's would be"
      out(`  ${String(size).padStart(7)}  ${styleText('cyan', file)}  ${dim(purpose)}`)
    }
}
