import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../lib/cli/main.ts', import.meta.url))

/** Runs the command line as a person would, with its output on ours; answers how long it took, in ms. Throws where it fails. */
export async function lateen(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [main, ...args], { env, stdio: 'inherit' })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`lateen ${args.join(' ')} ended with ${code}`)
  return performance.now() - started
}
