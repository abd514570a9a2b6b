import { describe, expect, it } from 'vitest'
import { lateen } from './harness.ts'

const path = '/home/ann/.config/lateen/config.json'

describe('client config', () => {
  it('sets, gets and forgets settings, in the forms of Velero', async () => {
    const files: Record<string, string> = {}
    expect(await lateen('client config get', { files })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await lateen('client config set namespace=backups colorized=false', { files })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
    expect(files[path]).toBe('{"colorized":"false","namespace":"backups"}\n')
    expect((await lateen('client config get', { files })).stdout).toBe('colorized: false\nnamespace: backups\n')
    expect((await lateen('client config get namespace features', { files })).stdout).toBe(
      'namespace: backups\nfeatures: <NOT SET>\n',
    )
    await lateen('client config set namespace= features=', { files })
    expect(files[path]).toBe('{"colorized":"false"}\n')
  })

  it('lies where XDG_CONFIG_HOME says', async () => {
    const files: Record<string, string> = {}
    await lateen('client config set namespace=a', { files, env: { XDG_CONFIG_HOME: '/xdg' } })
    expect(Object.keys(files)).toEqual(['/xdg/lateen/config.json'])
  })

  it('gives new objects their namespace: after the flag, before the variable', async () => {
    const world = { files: { [path]: '{"namespace":"kept"}' }, env: { VELERO_NAMESPACE: 'variable' } }
    const namespace = async (flags: string, files = world.files) => {
      const { stdout } = await lateen(`backup create b -o json ${flags}`, { ...world, files })
      return JSON.parse(stdout).metadata.namespace
    }
    expect(await namespace('-n flag')).toBe('flag')
    expect(await namespace('')).toBe('kept')
    expect(await namespace('', { [path]: '{}' })).toBe('variable')
    const { stdout } = await lateen('config view', world)
    expect(stdout).toContain(`\nnamespace: kept\n`)
    expect(stdout).toContain(`  namespace: ${path}\n`)
  })

  it.each([
    ['features=EnableCSI', "features is not kept: nothing here is switched on by Velero's features"],
    ['cacert=/ca.pem', 'cacert is not kept: a location has its own: give objectStorage.caCert in lateen.yaml'],
    ['namespcae=a', '"namespcae" is no key of the client config\nDid you mean namespace?'],
    ['namespace=a=b', 'invalid KEY=VALUE: "namespace=a=b"'],
    ['namespace', 'invalid KEY=VALUE: "namespace"'],
    ['namespace=A_b', 'namespace: invalid value "A_b": '],
    ['colorized=blue', 'colorized: invalid value "blue": must be true or false'],
  ])('refuses %s, and keeps nothing of the same command', async (pair, message) => {
    const files = {}
    const { code, stderr } = await lateen(`client config set colorized=false ${pair}`, { files })
    expect({ code, files }).toEqual({ code: 2, files: {} })
    expect(stderr).toContain(`An error occurred: ${message}`)
  })

  it('is not overwritten where it can not be read, and keeps nobody from working', async () => {
    const files = { [path]: '[]' }
    const refused = await lateen('client config set namespace=a', { files })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`${path}: it is no JSON object`) })
    expect(files[path]).toBe('[]')
    const { code, stdout, stderr } = await lateen('backup create b -o json', { files })
    expect(code).toBe(0)
    expect(JSON.parse(stdout).metadata.namespace).toBe('velero')
    expect(stderr).toBe(`WARNING: Error reading config file: ${path}: it is no JSON object\n`)
  })
})
