import type { ReadFile } from '../config/files.ts'
import type { Environment } from '../config/sources.ts'
import type { Zone } from '../velero/zones.ts'
import type { Jobs } from './jobs.ts'

/** One of the two streams of a command. */
export interface Output extends NodeJS.WritableStream {
  isTTY?: boolean
  columns?: number
}

/** All that commands know of the world around them. */
export interface Cli {
  stdout: Output
  stderr: Output
  env: Environment
  cwd: string
  home: string
  zone: Zone
  now(): Date
  uuid(): string
  sleep(ms: number): Promise<unknown>
  readFile: ReadFile
  /** As a whole, or not at all; see replaceFile. */
  writeFile(path: string, text: string, options?: { secret?: boolean }): Promise<void>
  /** The next line that is typed, without its break; `undefined` where nobody types any more. */
  readLine(): Promise<string | undefined>
  /** Whether a question can be seen and answered. */
  canAsk: boolean
  /** Calls the handler at the first Ctrl-C, which then does not end the process; a second one does. Answers how to stop listening. */
  onInterrupt(handler: (signal: 'SIGINT' | 'SIGTERM') => void): () => void
  jobs: Jobs
}
