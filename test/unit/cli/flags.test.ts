import { describe, expect, it } from 'vitest'
import { lateen } from './harness.ts'

/** The object that `backup create` would send, read back from its JSON. */
async function object(...flags: string[]) {
  const { stdout, stderr } = await lateen(['backup', 'create', 'b', '-o', 'json', ...flags])
  if (stdout === '') throw new Error(stderr.trimEnd().split('\n').at(-1))
  return JSON.parse(stdout)
}

describe('flags, as Velero reads them', () => {
  it('lists: split at commas, the last use replaces', async () => {
    const { spec } = await object('--include-namespaces', 'a,b', '--include-namespaces=c')
    expect(spec.includedNamespaces).toEqual(['c'])
  })

  it('maps: repeats merge, and values keep "="', async () => {
    const { metadata } = await object('--labels', 'a=1,b=2', '--labels', 'b=3')
    expect(metadata.labels).toEqual({ a: '1', b: '3' })
    expect((await object('--annotations', 'a=x=y')).metadata.annotations).toEqual({ a: 'x=y' })
  })

  it('maps: an entry in quotes keeps its commas', async () => {
    const { metadata } = await object('--annotations', '"a=x,y=z",b=2')
    expect(metadata.annotations).toEqual({ a: 'x,y=z', b: '2' })
  })

  it.each([
    [[], undefined],
    [['--snapshot-volumes'], true],
    [['--snapshot-volumes=T'], true],
    [['--snapshot-volumes=false'], false],
    [['--snapshot-volumes=0'], false],
    [['--snapshot-volumes', '--snapshot-volumes='], undefined],
  ])('tri-state: %j is %s', async (flags, value) => {
    expect((await object(...flags)).spec.snapshotVolumes).toBe(value)
  })

  it('tri-state: the next word is never its value', async () => {
    await expect(object('--include-cluster-resources', 'false')).rejects.toThrow('accepts at most 1 arg(s), received 2')
    const { stdout } = await lateen('backup create --include-cluster-resources --wait b -o json')
    expect(JSON.parse(stdout)).toMatchObject({ metadata: { name: 'b' }, spec: { includeClusterResources: true } })
  })

  it('durations come back in the form of Go', async () => {
    expect((await object('--ttl', '24h')).spec.ttl).toBe('24h0m0s')
    expect((await object('--ttl', '1h30m')).spec.ttl).toBe('1h30m0s')
  })

  it('short flags take their value in any of three ways', async () => {
    for (const flags of [['-l', 'app=web'], ['-l=app=web'], ['-lapp=web']]) {
      expect((await object(...flags)).spec.labelSelector).toEqual({ matchLabels: { app: 'web' } })
    }
  })

  it('"--" ends the flags', async () => {
    const { stderr } = await lateen(['backup', 'create', '-o', 'json', '--', '--wait'])
    expect(stderr).toContain('Backup.velero.io "--wait" is invalid')
  })

  it.each([
    [['--ttl', '30d'], 'invalid argument "30d" for "--ttl" flag: time: unknown unit "d" in duration "30d"'],
    [['--labels', 'a'], 'invalid argument "a" for "--labels" flag: error parsing "a"'],
    [
      ['--snapshot-volumes=maybe'],
      'invalid argument "maybe" for "--snapshot-volumes" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--parallel-files-upload', 'x'],
      'invalid argument "x" for "--parallel-files-upload" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [['-l', 'a in b'], 'invalid argument "a in b" for "-l, --selector" flag: '],
    [['--ttl'], 'flag needs an argument: --ttl'],
    [['--include-namspaces', 'a'], 'unknown flag: --include-namspaces\nDid you mean --include-namespaces?'],
    [['--buckte=s3://a'], 'unknown flag: --buckte\nDid you mean --bucket?'],
    [
      ['--keep-daily=7'],
      "unknown flag: --keep-daily\nIt is a flag of 'lateen schedule create', 'lateen create schedule'.",
    ],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
  ])('refuses %j with the reason, before and after the usage', async (flags, message) => {
    const { code, stdout, stderr } = await lateen(['backup', 'create', 'b', ...flags])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    const [first = ''] = message.split('\n')
    expect(stderr.startsWith(`Error: ${first}`)).toBe(true)
    expect(stderr).toContain('Usage: lateen backup create NAME [flags]')
    expect(stderr).toContain(`\n\nAn error occurred: ${message}`)
  })
})

describe('commands', () => {
  it.each([
    ['bakup', 'unknown command "bakup" for "lateen"', "Did you mean 'lateen backup'?", 'lateen'],
    ['backup list', 'unknown command "list" for "lateen backup"', "Did you mean 'lateen backup get'?", 'lateen backup'],
    [
      'backup download2',
      'unknown command "download2" for "lateen backup"',
      "Did you mean 'lateen backup download'?",
      'lateen backup',
    ],
    [
      'config validate',
      'unknown command "validate" for "lateen config"',
      "Did you mean 'lateen config check'?",
      'lateen config',
    ],
    ['get bsl', 'unknown command "bsl" for "lateen get"', "Did you mean 'lateen get backup-location'?", 'lateen get'],
    [
      'snapshot-location get',
      'unknown command "snapshot-location" for "lateen"',
      'The contents of volumes are not backed up.',
      'lateen',
    ],
  ])('that are unknown are refused with the nearest, or why they are not here: %s', async (line, message, next, path) => {
    expect(await lateen(line)).toEqual({
      code: 2,
      stdout: '',
      stderr: `Error: ${message}\nRun '${path} --help' for usage.\n\nAn error occurred: ${message}\n${next}\n`,
    })
  })

  it('that only group others show their help', async () => {
    for (const line of ['', 'backup', 'get', 'help backup', 'backup --help']) {
      const { code, stdout, stderr } = await lateen(line)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: lateen/)
    }
  })

  it('show their flags by group, with examples, in --help', async () => {
    const { stdout } = await lateen('backup create --help')
    expect(stdout).toContain('\nWhat to back up:\n')
    expect(stdout).toContain('      --snapshot-volumes optionalBool[=true] ')
    expect(stdout).toContain('\nGlobal flags:\n')
    expect(stdout).toContain('\nExamples:\n')
  })

  it('print the version of the client', async () => {
    for (const line of ['version', 'version --client-only']) {
      expect(await lateen(line)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^Client:\n\tVersion: v\d+\.\d+/),
      })
    }
  })
})
