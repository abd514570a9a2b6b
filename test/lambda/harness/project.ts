import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What deploying takes no notice of. */
const LEFT_OUT = /^(test|docs|bench|\.ci)\//

/** A copy of this project as it stands, in a folder of its own, with files of somebody's beside it: it can be deployed from there. */
export async function copyOfProject(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lateen-deploy-'))
  const { stdout } = await execute('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of stdout
    .trim()
    .split('\n')
    .filter(file => !LEFT_OUT.test(file) && file !== 'node_modules')) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await cp(join(root, file), join(folder, file))
  }
  await symlink(await realpath(join(root, 'node_modules')), join(folder, 'node_modules'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** `serverless ARGS` in such a copy, with no more of this process' environment than where programs are. Throws with what it printed. */
export async function serverless(
  folder: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const bin = join(root, 'node_modules/.bin')
  try {
    const { stdout } = await execute(join(bin, 'serverless'), args, {
      cwd: folder,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: folder, CI: '1', SLS_AWS_MONITORING_FREQUENCY: '200', ...env },
      timeout: 120_000,
    })
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`serverless ${args.join(' ')} failed: ${stdout}${stderr}`, { cause: error })
  }
}
