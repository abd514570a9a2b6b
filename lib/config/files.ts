import { join, resolve } from 'node:path'
import { ConfigError } from './errors.ts'

/** Reads a text file; rejects with an errno error as node:fs does. */
export type ReadFile = (path: string) => Promise<string>

const reasons: Record<string, string> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
}

/** Reads a file that a flag, variable or field names; a failure names them both. */
export async function readNamedFile(readFile: ReadFile, path: string, source: string): Promise<string> {
  try {
    return await readFile(path)
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? ''
    throw new ConfigError(`${source}: can't read ${path}: ${reasons[code] ?? (cause as Error).message}`, { cause })
  }
}

/** A path as a person writes it in a file: `~/` is the home folder, relative ones start at `base`. */
export function resolvePath(path: string, base: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(base, path)
}
