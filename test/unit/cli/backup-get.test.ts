import { describe, expect, it } from 'vitest'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import type { BackupView } from '../../../lib/jobs/types.ts'
import { InvalidInputError, LateenError } from '../../../lib/velero/errors.ts'
import type { Backup, BackupStatus } from '../../../lib/velero/types.ts'
import { backup, lateen } from './harness.ts'
import { sample, samplesThere, sampleTime, whyNot } from './samples.ts'

const listing = (...views: BackupView[]) => ({ jobs: { listBackups: async () => views } })
const labelled = (name: string, labels: Record<string, string>): BackupView => {
  const made = backup(name)
  return { backup: { ...made, metadata: { ...made.metadata, labels } } }
}

describe.skipIf(!samplesThere)(`what real Velero prints${whyNot}`, () => {
  const objects: Backup[] = samplesThere
    ? JSON.parse(sample('_input-objects.json')).filter((object: { kind: string }) => object.kind === 'Backup')
    : []
  const views = objects.map(object => ({ backup: { ...object, apiVersion: 'velero.io/v1' as const } }))

  it('is printed by `backup get`, to the byte', async () => {
    const { code, stdout } = await lateen('backup get', { ...listing(...views), now: sampleTime })
    expect(stdout).toBe(sample('get-backups.txt'))
    expect(code).toBe(0)
  })

  it.each(['full', 'nginx-backup', 'pf'])('is printed by `backup get %s -o json`, to the byte', async name => {
    const expected = sample(`get-backup-${name}.json`)
    const { uid, resourceVersion, namespace } = JSON.parse(expected).metadata
    const found = views.find(view => view.backup.metadata.name === name)
    if (!found) throw new Error(`${name} is not among the samples`)
    // The samples' server added these three to what it was given.
    const metadata = { ...found.backup.metadata, uid, resourceVersion, namespace }
    const { stdout } = await lateen(`backup get ${name} -o json`, {
      jobs: { getBackup: async () => ({ backup: { ...found.backup, metadata } }) },
    })
    expect(stdout).toBe(expected)
  })
})

describe('backup get', () => {
  it('prints nothing where there is nothing', async () => {
    expect(await lateen('backup get', listing())).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each(['get backups', 'get backup'])('is also `%s`', async words => {
    const { stdout } = await lateen(words, listing({ backup: backup('a') }))
    expect(stdout).toMatch(/^NAME .*\na /)
  })

  it('shows NOTE as the last column, and only where a row has one', async () => {
    const [a, b] = [{ backup: backup('a') }, { backup: backup('b'), note: '31 kinds left out' }]
    expect((await lateen('backup get', listing(a))).stdout).not.toContain('NOTE')
    const { stdout } = await lateen('backup get --show-labels', listing(a, b))
    expect(stdout.split('\n')[0]).toMatch(/SELECTOR {3}LABELS {3}NOTE$/)
    expect(stdout).toContain('<none>   31 kinds left out\n')
  })

  it('shows labels as columns titled with the last part of the key; a repeated -L replaces', async () => {
    const views = listing(labelled('a', { 'velero.io/storage-location': 'default', team: 'core' }))
    const { stdout } = await lateen('backup get -L team -L velero.io/storage-location,absent --show-labels', views)
    const [header, row] = stdout.split('\n')
    expect(header).toMatch(/SELECTOR {3}STORAGE-LOCATION {3}ABSENT {3}LABELS$/)
    expect(row).toMatch(/<none> {5}default {21}team=core,velero.io\/storage-location=default$/)
  })

  it('lists only what a selector matches, and ignores the selector where names are given', async () => {
    const views = [labelled('a', { team: 'core' }), labelled('b', {})]
    const jobs = { listBackups: async () => views, getBackup: async (_: unknown, name: string) => labelled(name, {}) }
    const matching = await lateen('backup get -l team=core', { jobs })
    expect(matching.stdout).toContain('\na ')
    expect(matching.stdout).not.toContain('\nb ')
    expect((await lateen('backup get b -l team=core', { jobs })).stdout).toContain('\nb ')
  })

  it('shows what a backup holds, took and weighs with -o wide, after Velero’s columns', async () => {
    const status: BackupStatus = {
      phase: 'Completed',
      startTimestamp: '2026-11-22T08:00:00Z',
      completionTimestamp: '2026-11-22T08:01:05Z',
      progress: { totalItems: 12, itemsBackedUp: 12 },
    }
    const listBackups = async (_: unknown, __: unknown, { sizes = false } = {}) => [
      { backup: { ...backup('a'), status }, ...(sizes && { archiveBytes: 12_345_678 }) },
    ]
    const { stdout } = await lateen('backup get -o wide', { jobs: { listBackups } })
    const [header, row] = stdout.split('\n')
    expect(header).toMatch(/SELECTOR {3}ITEMS {3}DURATION {3}ARCHIVE {3}FROM$/)
    expect(row).toMatch(/<none> {5}12 {6}1m5s {7}12.3 MB/)
  })

  it('prints a name a line with -o name, for scripts', async () => {
    const { stdout } = await lateen('backup get -o name', listing({ backup: backup('a') }, { backup: backup('b') }))
    expect(stdout).toBe('backup.velero.io/a\nbackup.velero.io/b\n')
  })

  it('prints nothing of others when one of the names is missing', async () => {
    const getBackup = async (_: unknown, name: string): Promise<BackupView> => {
      if (name === 'nope') throw new InvalidInputError('backups.velero.io "nope" not found')
      return { backup: backup(name) }
    }
    const { code, stdout, stderr } = await lateen('backup get a nope', { jobs: { getBackup } })
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'An error occurred: backups.velero.io "nope" not found\n',
    })
  })

  it('prints one backup as itself, several as a list whose items say neither kind nor version', async () => {
    const one = JSON.parse((await lateen('backup get -o json', listing({ backup: backup('a') }))).stdout)
    expect(one).toMatchObject({ kind: 'Backup', metadata: { name: 'a' } })
    const two = JSON.parse(
      (await lateen('backup get -o json', listing({ backup: backup('a') }, { backup: backup('b') }))).stdout,
    )
    expect(two).toMatchObject({ kind: 'BackupList', apiVersion: 'velero.io/v1' })
    expect(Object.keys(two.items[0])).toEqual(['metadata', 'spec', 'status'])
    expect(JSON.parse((await lateen('backup get -o json', listing())).stdout).items).toEqual([])
  })

  it('refuses other formats in the words of Velero', async () => {
    const { code, stderr } = await lateen('backup get -o xml')
    expect([code, stderr]).toEqual([
      2,
      `An error occurred: invalid output format "xml" - valid values are 'table', 'wide', 'json', 'yaml', and 'name'\n`,
    ])
  })
})

describe('backup get --cluster all', () => {
  const files = {
    '/work/here/lateen.yaml': `clusters:
  - { name: prod, context: prod, location: prod }
  - { name: dev, context: dev, location: dev }
locations:
  - { name: prod, provider: aws, objectStorage: { bucket: p } }
  - { name: dev, provider: aws, objectStorage: { bucket: d } }`,
  }
  const there: Record<string, string[]> = { prod: ['a', 'b'], dev: ['a'] }
  const at = { files, env: { LATEEN_BUCKET: '' } }
  const jobs: Partial<Jobs> = {
    listBackups: async ({ location }) => (there[location.name] ?? []).map(name => ({ backup: backup(name) })),
    getBackup: async ({ location }, name) => {
      if (!there[location.name]?.includes(name)) throw new BackupNotFoundError(name)
      return { backup: backup(name) }
    },
  }
  const rows = (text: string) =>
    text
      .split('\n')
      .slice(1, -1)
      .map(line => line.split(/ {3,}/))
  const shown = (text: string) => rows(text).map(cells => `${cells.at(-1)?.trim()}/${cells[0]}`)

  it('lists the backups of every cluster in lateen.yaml, with a last column that says of which', async () => {
    const { code, stdout } = await lateen('backup get --cluster all', { ...at, jobs })
    expect(stdout.split('\n')[0]).toMatch(/SELECTOR {3}CLUSTER$/)
    expect([code, shown(stdout).sort()]).toEqual([0, ['dev/a', 'prod/a', 'prod/b']])
  })

  it('finds a name wherever it is, and refuses one that is nowhere', async () => {
    expect(shown((await lateen('backup get b --cluster all', { ...at, jobs })).stdout)).toEqual(['prod/b'])
    expect(await lateen('backup get b c --cluster all', { ...at, jobs })).toMatchObject({ code: 2, stdout: '' })
  })

  it('shows all others where one cannot be read', async () => {
    const listBackups: Jobs['listBackups'] = async ({ location }) => {
      if (location.name === 'dev') throw new LateenError('no such bucket')
      return [{ backup: backup('a') }]
    }
    const { code, stdout, stderr } = await lateen('backup get --cluster all', { ...at, jobs: { listBackups } })
    expect([code, shown(stdout), stderr]).toEqual([1, ['prod/a'], 'An error occurred: dev: no such bucket\n'])
  })

  it('is for lists: what works on one cluster refuses it', async () => {
    const { code, stderr } = await lateen('backup create x --cluster all', at)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--cluster all is for lists')])
  })
})

describe('names that can be none', () => {
  it.each([
    'backup get',
    'backup describe',
    'backup logs',
    'backup download',
    'backup ls',
    'restore get',
    'schedule get',
    'schedule describe',
  ])('are refused by `%s` before anything is asked for them', async words => {
    for (const name of ['', '..', '../x', 'a/b']) {
      const { code, stderr } = await lateen([...words.split(' '), name])
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${JSON.stringify(name)} is no name of a `)])
    }
  })

  it('are refused as namespaces too, wherever they come from', async () => {
    expect((await lateen(['backup', 'create', 'b', '-n', 'A B', '-o', 'yaml'])).stderr).toContain('--namespace: "A B"')
    const env = { VELERO_NAMESPACE: 'A B' }
    expect((await lateen('backup create b -o yaml', { env })).stderr).toContain('VELERO_NAMESPACE: "A B"')
  })
})

describe('help', () => {
  it('is that of the command whose words follow, and refuses words of none', async () => {
    const asked = await lateen('help backup get')
    expect(asked).toEqual(await lateen('backup get --help'))
    expect(await lateen('help backup gte')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean 'lateen backup get'?"),
    })
  })
})
