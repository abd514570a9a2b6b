import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** A copy of bin/ in a folder of its own, so that what lies in dist/ is the test's to say. */
describe('bin/lateen.js', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-bin-'))
    await cp(fileURLToPath(new URL('../../../bin', import.meta.url)), join(folder, 'bin'), { recursive: true })
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const start = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
      const child = execFile(process.execPath, [join(folder, 'bin/lateen.js'), ...args], (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      )
    })

  it('runs the bundle with its arguments and ends with its exit code', async () => {
    await mkdir(join(folder, 'dist'))
    const bundle = 'process.stdout.write(process.argv.slice(2).join()); process.exitCode = 3'
    await writeFile(join(folder, 'dist/lateen.js'), bundle)
    expect(await start('backup', 'get')).toEqual({ code: 3, stdout: 'backup,get', stderr: '' })
  })

  it('says how to build the bundle where there is none', async () => {
    const { code, stderr } = await start('version')
    expect(code).toBe(1)
    expect(stderr).toBe('lateen is not built yet. Run `npm ci`, or `npm run build`, in its folder.\n')
  })
})
