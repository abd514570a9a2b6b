import { execFile } from 'node:child_process'
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const UNZIP = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])'

/** A package, unpacked into a folder that anybody may read, with files beside the code as `package.patterns` would bring them. */
export async function unpack(zip: string, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lateen-task-'))
  await execute('python3', ['-c', UNZIP, zip, folder])
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await execute('chmod', ['-R', 'a+rX', folder])
  await chmod(folder, 0o755)
  return folder
}
