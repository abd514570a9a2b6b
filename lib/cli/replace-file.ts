import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { FileWriteError, reasonOf } from './save-file.ts'

/**
 * Writes a text file as a whole or not at all: it is another file until it is complete. A file that exists keeps its mode, and a
 * link stays one. `secret`: only its owner may read a new one, and its folder is made, for its owner, where there is none.
 */
export async function replaceFile(
  path: string,
  text: string,
  { secret = false }: { secret?: boolean } = {},
): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const draft = `${target}.${randomUUID()}.partial`
  try {
    if (secret) await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    const mode = (await stat(target).catch(() => undefined))?.mode
    const file = await open(draft, 'wx', secret ? 0o600 : 0o666)
    try {
      if (mode !== undefined) await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, target)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new FileWriteError(`write ${path}: ${reasonOf(cause as NodeJS.ErrnoException)}`, { cause })
  }
}
