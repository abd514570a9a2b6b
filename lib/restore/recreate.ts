import { deleteObject, getObject } from '../cluster/objects.ts'
import { ApiError } from '../cluster/types.ts'
import { parseLossless } from '../velero/lossless.ts'
import { poll } from './control.ts'
import { listAt, textAt } from './json.ts'
import { isPassing } from './passing.ts'
import { secondWrites } from './second-writes.ts'
import { steadily } from './steadily.ts'
import type { KubeObject } from './types.ts'
import { Deferred, failure, placeOf, type Writer, type Writing, type Written } from './writer.ts'

/** Velero's --terminating-resource-timeout. */
const GONE_LIMIT_MS = 600_000

/**
 * Lateen's own policy: the object that differs is deleted, and what it owns in the background, and created as it was
 * backed up. Only the very object that was compared is deleted. Killed in between, the next try finds nothing and creates it.
 */
export async function recreate(
  { transport, control, ...writer }: Writer,
  writing: Writing,
  live: KubeObject,
  post: () => Promise<Buffer | ApiError>,
): Promise<Written> {
  const place = placeOf(writing)
  const { kind, id } = writing
  const uid = textAt(live, 'metadata', 'uid')
  try {
    await steadily(control, () => deleteObject(transport, kind.api, place, uid))
  } catch (error) {
    if (error instanceof ApiError) return failure(writing, `error deleting ${id} to recreate it: ${error.message}`)
    throw error
  }
  let left: KubeObject | undefined
  const gone = await poll(control, `${id} in ${writing.target}`, GONE_LIMIT_MS, async () => {
    const json = await getObject(transport, kind.api, place)
    left = json && (parseLossless(json) as KubeObject)
    return left === undefined || textAt(left, 'metadata', 'uid') !== uid ? true : undefined
  })
  if (gone === undefined) {
    const held = listAt(left, 'metadata', 'finalizers').join(', ')
    return failure(
      writing,
      `timed out waiting for ${id} to be gone: it was deleted, and is held by the finalizers ${held}`,
    )
  }
  const { answer } = await steadily(control, post)
  if (answer instanceof ApiError && isPassing(answer)) throw new Deferred(id, writing.target, answer.message)
  if (answer instanceof ApiError)
    return failure(writing, `error restoring ${id}, which was deleted to recreate it: ${answer.message}`)
  return { action: 'created', findings: await secondWrites({ transport, control, ...writer }, writing, answer) }
}
