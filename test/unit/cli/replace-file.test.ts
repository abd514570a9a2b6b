import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceFile } from '../../../lib/cli/replace-file.ts'

describe('a file that is replaced', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-replace-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keeps its mode, stays a link where it is one, and leaves nothing beside it', async () => {
    const [file, link] = [join(folder, 'real.yaml'), join(folder, 'lateen.yaml')]
    await writeFile(file, 'old')
    await chmod(file, 0o640)
    await symlink('real.yaml', link)
    await replaceFile(link, 'new')
    expect(await readFile(file, 'utf8')).toBe('new')
    expect((await stat(file)).mode & 0o777).toBe(0o640)
    expect((await lstat(link)).isSymbolicLink()).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['lateen.yaml', 'real.yaml'])
  })

  it('is for its owner only, in a folder made for its owner only, where it is secret', async () => {
    const file = join(folder, 'a/b/config.json')
    await replaceFile(file, '{}', { secret: true })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'a/b'))).mode & 0o777).toBe(0o700)
  })

  it('stays as it was where the new one can not be written', async () => {
    await expect(replaceFile(join(folder, 'no/such/file'), 'x')).rejects.toThrow('no such file or directory')
  })
})
