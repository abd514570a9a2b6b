import { readNamedFile, resolvePath } from '../../config/files.ts'
import type { Cli } from '../cli.ts'
import type { RestoreCreateFlags } from './restore-create-flags.ts'

const FLAG = '--resource-modifier-file'

/** The text of the file with resource modifiers, checked; undefined without one. Throws InvalidInputError. */
export async function readResourceModifiers(
  { resourceModifierFile: file }: RestoreCreateFlags,
  { cwd, home, readFile }: Pick<Cli, 'cwd' | 'home' | 'readFile'>,
): Promise<string | undefined> {
  if (!file) return undefined
  const path = resolvePath(file, cwd, home)
  const text = await readNamedFile(readFile, path, FLAG)
  // The parser of YAML is loaded where there is something to parse.
  const { parseResourceModifiersText } = await import('../../velero/resource-modifiers.ts')
  parseResourceModifiersText(text, `${FLAG}: ${path}`)
  return text
}
