import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Outcome {
  /** `null` where a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
}

export interface Running {
  child: ChildProcess
  ended: Promise<Outcome>
}

type Env = Record<string, string | undefined>

const bin = fileURLToPath(new URL('../../../bin/lateen.js', import.meta.url))
/** No lateen.yaml lies there. */
const nowhere = mkdtempSync(join(tmpdir(), 'lateen-e2e-'))

/** The command line as a process of its own. What `env` sets to undefined is not passed on. */
export function lateen(args: string | string[], env: Env = {}, cwd = nowhere): Promise<Outcome> {
  return start(args, env, cwd).ended
}

export function start(args: string | string[], env: Env = {}, cwd = nowhere): Running {
  return run([bin, ...(typeof args === 'string' ? args.split(' ') : args)], env, cwd)
}

/** Node on some file, killed after a minute and a half: a test that hangs should say so itself. */
export function run(args: string[], env: Env = {}, cwd = nowhere): Running {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
    killSignal: 'SIGKILL',
  })
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    stdout,
    stderr,
  }))
  return { child, ended }
}
