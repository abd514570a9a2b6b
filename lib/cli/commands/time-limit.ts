import type { Cli } from '../cli.ts'

/** Calls `stop` when so many ms are over, unless that is forgotten before, by what this answers. */
export function afterTimeLimit({ sleep }: Pick<Cli, 'sleep'>, ms: number | undefined, stop: () => void): () => void {
  let forgotten = ms === undefined
  if (ms !== undefined) void sleep(ms).then(() => forgotten || stop())
  return () => {
    forgotten = true
  }
}
