import { backupsPrefix } from '../../bucket/layout.ts'
import { isReadOnly } from '../../config/location.ts'
import type { LocationSettings } from '../../config/types.ts'
import { checkTopLevel } from '../../store/top-level.ts'
import type { ObjectStore } from '../../store/types.ts'
import { invalidTopLevelMessage } from '../../velero/bsl.ts'
import type { Around } from '../around.ts'
import { attempt, failure, ok, problem, warning } from './checks.ts'
import { StoreTrial } from './trial.ts'
import type { Check, Purpose } from './types.ts'

export interface LocationParts {
  /** Before what is looked at: `store`, `results`. */
  word: string
  purposes: readonly Purpose[]
  around: Pick<Around, 'openStore' | 'sizes'>
  now: () => Date
  /** Names what is written, and is what it is made of. */
  id: string
  /** Aborted: no further check is begun, and what was written is deleted. */
  signal?: AbortSignal
}

/** Whether a location can be read and, unless it must not be, written to as backups and restores do. */
export async function checkLocation(location: LocationSettings, parts: LocationParts): Promise<Check[]> {
  const { word, around } = parts
  let store: ObjectStore
  try {
    store = await around.openStore(location)
  } catch (error) {
    return [failure(word, error)]
  }
  try {
    return await lookAt(store, location, parts)
  } finally {
    await store.close()
  }
}

async function lookAt(store: ObjectStore, location: LocationSettings, parts: LocationParts): Promise<Check[]> {
  const { word, now, purposes } = parts
  const readOnly = isReadOnly(location)
  const reached = await attempt(word, async () => {
    const sent = now().getTime()
    const foreign = await checkTopLevel(store)
    const there = ok(word, `${store.url} can be listed, answers in ${now().getTime() - sent} ms`)
    if (foreign.length === 0) return there
    const next = 'Use another prefix, or move the other folders away. Reading still works.'
    const detail = invalidTopLevelMessage(foreign) ?? foreign.join(', ')
    return [
      there,
      readOnly ? warning(`${word}: folders`, detail, next) : problem(`${word}: folders`, 'unfit', detail, next),
    ]
  })
  // One sentence for one cause.
  if (reached.some(({ verdict, what }) => verdict === 'problem' && what === word)) return reached
  if (!readOnly) return [...reached, ...(await new StoreTrial(store, parts).run())]
  const refused = purposes.includes('backup')
    ? [
        purposes.length > 1
          ? ok(`${word}: access`, 'read-only: restores only')
          : problem(
              `${word}: access`,
              'configuration',
              'read-only: backups are refused',
              'Choose another location, or look at restores: --for restore.',
            ),
      ]
    : []
  return [...reached, ...refused, ...(await attempt(`${word}: read`, () => checkRead(store, word)))]
}

/** Of what is there, for nothing may be written. */
async function checkRead(store: ObjectStore, word: string): Promise<Check> {
  for await (const { objects } of store.list(backupsPrefix)) {
    const found = objects.find(({ size }) => size > 0)
    if (found === undefined) continue
    for await (const _ of (await store.get(found.key, { start: 0, end: 0 })).body);
    return ok(`${word}: read`, `${found.key} can be read`)
  }
  return ok(`${word}: read`, 'there is no backup to read')
}
