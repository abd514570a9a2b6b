import type { ObjectStore } from './types.ts'

/** First-level folders that Velero 1.18 knows; with any other it calls the whole location Unavailable. */
const known: ReadonlySet<string> = new Set(['backups', 'restores', 'restic', 'metadata', 'plugins', 'kopia'])

/** The names of first-level folders that Velero does not know. Readers ignore them; writers refuse such a location. */
export async function checkTopLevel(store: ObjectStore): Promise<string[]> {
  const unknown: string[] = []
  for await (const page of store.list('', { delimiter: '/' })) {
    unknown.push(...page.prefixes.map(prefix => prefix.slice(0, -1)).filter(name => !known.has(name)))
  }
  return unknown
}
