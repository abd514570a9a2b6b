import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { lateen } from './harness.ts'

const there = (shell: string) => spawnSync(shell, ['--version']).status === 0
const missing = (shell: string) => (there(shell) ? '' : ` (skipped: ${shell} is not installed)`)

const script = async (shell: string) => {
  const { code, stdout, stderr } = await lateen(`completion ${shell}`, { env: { LATEEN_BUCKET: '' } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe.skipIf(!there('bash'))(`completion bash${missing('bash')}`, () => {
  // A bash whose standard input is a socket, and which no shell has started, takes itself for one of a remote login and reads its rc files.
  /** What bash offers for the last of these words; `lateen` itself is a stand-in that knows two names. */
  const offered = async (...words: string[]): Promise<string[]> => {
    const program = `${await script('bash')}
lateen() { printf '%s\\n' "$2-one" "$2-two"; }
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lateen; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-uc', program, 'bash', 'lateen', ...words], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout.split('\n').filter(Boolean)
  }

  it('offers commands, and what begins with what is typed', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['backup', 'backup-location', 'config', 'get', 'version']))
    expect(await offered('')).not.toContain('__names')
    expect(await offered('backup', 'del')).toEqual(['delete'])
    expect(await offered('get', 'backup')).toEqual(['backups', 'backup-locations'])
  })

  it('offers the flags of a command and of all, also behind an alias and arguments', async () => {
    expect(await offered('get', 'backup', 'b1', '--sh')).toEqual(['--show-labels'])
    expect(await offered('backup', 'get', '--kube')).toEqual(['--kubeconfig', '--kubecontext'])
    expect(await offered('backup-location', 'create', '--conf')).toEqual(['--config'])
    expect(await offered('backup', 'get', '--read')).toEqual(['--read-only'])
  })

  it('offers the few words that a flag takes, by either of its names and forms', async () => {
    expect(await offered('backup', 'get', '-o', '')).toEqual(['table', 'wide', 'json', 'yaml', 'name'])
    expect(await offered('backup', 'get', '--output', 'j')).toEqual(['json'])
    expect(await offered('backup', 'get', '--output', '=', 'y')).toEqual(['yaml'])
    expect(await offered('config', 'view', '--output', '=')).toEqual(['yaml', 'json'])
    expect(await offered('backup-location', 'create', 'a', '--access-mode', '')).toEqual(['ReadWrite', 'ReadOnly'])
  })

  it('takes the value of a flag for no command', async () => {
    expect(await offered('--cluster', 'backup', 'restore', 'g')).toEqual(['get'])
    expect(await offered('-o', '=', 'get', 'schedule', 'desc')).toEqual(['describe'])
  })

  it('offers names of lateen.yaml, and leaves other values and names alone', async () => {
    expect(await offered('backup', 'get', '--cluster', '')).toEqual(['clusters-one', 'clusters-two'])
    expect(await offered('backup-location', 'delete', 'locations-t')).toEqual(['locations-two'])
    expect(await offered('backup', 'get', '--selector', 'a')).toEqual([])
    expect(await offered('backup', 'logs', '')).toEqual([])
  })

  it('offers nothing, and says nothing, where lateen itself can not be run', async () => {
    const program = `${await script('bash')}
PATH=/nowhere; COMP_WORDS=(lateen backup get --cluster ''); COMP_CWORD=4; _lateen; echo "\${#COMPREPLY[@]}"`
    expect(spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8' })).toMatchObject({
      stdout: '0\n',
      stderr: '',
    })
  })
})

describe.each(['zsh', 'fish'])('completion %s', shell => {
  it.skipIf(!there(shell))(`is a script that the shell can read${missing(shell)}`, async () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: await script(shell), encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('knows commands, aliases and flags', async () => {
    const text = await script(shell)
    for (const part of ['unpause', 'get/backup-location', 'existing-resource-policy', 'ReadOnly'])
      expect(text).toContain(part)
  })
})

describe('completion', () => {
  it('of another shell is refused in the words of Velero', async () => {
    expect(await lateen('completion tcsh')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('An error occurred: Invalid shell specified, specify bash, zsh, or fish'),
    })
  })

  it('begins as Velero does for zsh', async () => {
    expect(await script('zsh')).toMatch(/^#compdef lateen\ncompdef _lateen lateen\n/)
  })

  it('asks for names, of which none is told that a shell could run, and none where something is wrong', async () => {
    const text = 'clusters: [{ name: prod }, { name: "$(reboot)" }, { name: a b }]\n'
    const files = { '/work/here/lateen.yaml': text }
    const env = { LATEEN_BUCKET: '' }
    expect(await lateen('__names clusters', { files, env })).toEqual({ code: 0, stdout: 'prod\n', stderr: '' })
    const broken = { '/work/here/lateen.yaml': 'clusters: {' }
    expect(await lateen('__names locations', { files: broken, env })).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await lateen('--help')).not.toMatchObject({ stdout: expect.stringContaining('__names') })
  })
})
