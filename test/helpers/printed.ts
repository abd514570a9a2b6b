import { vi } from 'vitest'

/** What is written to standard output and standard error while `work` goes on, as text. */
export async function printedBy(work: () => Promise<unknown>): Promise<string> {
  const written: string[] = []
  const take = (chunk: string | Uint8Array) => written.push(Buffer.from(chunk as string).toString('utf8')) > 0
  const spies = [process.stdout, process.stderr].map(stream => vi.spyOn(stream, 'write').mockImplementation(take))
  try {
    await work()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return written.join('')
}

/** The lines of it that are JSON objects: all that a function prints should be. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))
}
