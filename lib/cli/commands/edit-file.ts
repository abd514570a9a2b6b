import type { Command } from 'commander'
import type { Document } from 'yaml'
import type { Editable } from '../../config/edit.ts'
import type { Cli } from '../cli.ts'
import { sourcesOf } from '../settings.ts'

/** The lateen.yaml of this call, to be changed. What edits it is loaded when it is needed. */
export async function openFile(command: Command, cli: Cli): Promise<Editable> {
  const { openConfig } = await import('../../config/edit.ts')
  return openConfig(sourcesOf(command, cli))
}

/** Changes it and writes it, unless it stays the same; nothing is written where the result would be refused. */
export async function changeFile(
  command: Command,
  cli: Cli,
  file: Editable,
  change: (document: Document) => void,
): Promise<void> {
  const { editConfig } = await import('../../config/edit.ts')
  const { path, text, created, changed, newDeadEnds } = await editConfig(file, sourcesOf(command, cli), change)
  if (!changed) return
  await cli.writeFile(path, text)
  if (created) cli.stderr.write(`${path} was created.\n`)
  for (const problem of newDeadEnds) cli.stderr.write(`Commands will be refused from now on: ${problem}\n`)
}
