import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STARTER } from '../../../build.ts'

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

describe.skipIf(process.platform === 'win32')('node_modules/.bin/lateen', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-starter-'))
    await mkdir(join(folder, 'node_modules/.bin'), { recursive: true })
    await mkdir(join(folder, 'path'))
    await writeFile(join(folder, 'node_modules/.bin/lateen'), STARTER, { mode: 0o755 })
    await node('path', 'that of the path')
    await symlink('../node_modules/.bin/lateen', join(folder, 'path/lateen'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const node = (where: string, name: string) =>
    writeFile(join(folder, where, 'node'), `#!/bin/sh\nshift\necho "${name}: $*"\n`, { mode: 0o755 })
  const start = (command: string) =>
    new Promise<string>(resolve => {
      const env = { PATH: `${join(folder, 'path')}:${process.env.PATH}` }
      execFile(join(folder, command), ['backup', 'get', 'a b'], { env }, (_, stdout) => resolve(stdout))
    })

  it('runs by the Node of the project, also through a link, whatever Node is on the path', async () => {
    await node('node_modules/.bin', 'that of the project')
    expect(await start('node_modules/.bin/lateen')).toBe('that of the project: backup get a b\n')
    expect(await start('path/lateen')).toBe('that of the project: backup get a b\n')
  })

  it('runs by the Node on the path where the project has none', async () => {
    expect(await start('node_modules/.bin/lateen')).toBe('that of the path: backup get a b\n')
  })
})
