import type { Artifact, ResourceListing } from '../../jobs/types-describe.ts'
import { harmless } from './tabbed.ts'

/** Pieces of text are put together to about so many characters before they are written. */
const PIECE = 64 << 10

/** A list of resources by kind, piece by piece. */
export async function* resourceListText(
  noun: 'backup' | 'restore',
  list: Artifact<ResourceListing>,
): AsyncGenerator<string> {
  if (list.is === 'missing') yield `Resource List:  <${noun} resource list not found>\n`
  if (list.is === 'unreadable')
    yield `Resource List:  ${harmless(`<error getting ${noun} resource list: ${list.why}>`)}\n`
  if (list.is !== 'read') return
  let text = 'Resource List:\n'
  let last = ''
  for await (const [kind, name] of list.value.entries()) {
    if (kind !== last) text += `  ${harmless(kind)}:\n`
    last = kind
    text += `    - ${harmless(name)}\n`
    if (text.length < PIECE) continue
    yield text
    text = ''
  }
  yield text
}
