import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { RestoreNotFoundError } from '../../../lib/jobs/errors.ts'
import type { RestoreView } from '../../../lib/jobs/types.ts'
import { ObjectNotFoundError } from '../../../lib/store/types.ts'
import type { Restore, RestorePhase } from '../../../lib/velero/types-restore.ts'
import { lateen, restore } from './harness.ts'
import { sample, samplesThere, sampleTime, whyNot } from './samples.ts'

const listing = (...views: RestoreView[]) => ({ jobs: { listRestores: async () => views } })

describe.skipIf(!samplesThere)(`what real Velero prints${whyNot}`, () => {
  const objects: Restore[] = samplesThere
    ? JSON.parse(sample('_input-objects.json'))
        .filter((object: { kind: string }) => object.kind === 'Restore')
        .sort((a: Restore, b: Restore) => (a.metadata.name < b.metadata.name ? -1 : 1))
    : []
  const views = objects.map(object => ({ restore: { ...object, apiVersion: 'velero.io/v1' as const } }))

  it.each(['restore get', 'get restores', 'get restore'])('is printed by `%s`, to the byte', async words => {
    const { code, stdout } = await lateen(words, { ...listing(...views), now: sampleTime })
    expect(stdout).toBe(sample('get-restores.txt'))
    expect(code).toBe(0)
  })

  it.each(['r-full', 'r-inv', 'r-new', 'r-pf'])('is printed by `restore get %s -o json`, to the byte', async name => {
    const expected = sample(`get-restore-${name}.json`)
    const { uid, resourceVersion, namespace } = JSON.parse(expected).metadata
    const found = views.find(view => view.restore.metadata.name === name)
    if (!found) throw new Error(`${name} is not among the samples`)
    // The samples' server added these three to what it was given.
    const metadata = { ...found.restore.metadata, uid, resourceVersion, namespace }
    const { stdout } = await lateen(`restore get ${name} -o json`, {
      jobs: { getRestore: async () => ({ restore: { ...found.restore, metadata } }) },
    })
    expect(stdout).toBe(expected)
  })
})

describe('restore get', () => {
  const names = (stdout: string) =>
    stdout
      .split('\n')
      .slice(1, -1)
      .map(line => line.split(' ')[0])

  it('prints nothing where there is nothing', async () => {
    expect(await lateen('restore get', listing())).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('keeps the order that names are given in, and that of the list, with no regard to timestamps in names', async () => {
    const jobs = {
      getRestore: async (_: unknown, name: string) => ({ restore: restore(name) }),
      listRestores: async () => ['a-20260101000000', 'a-20260102000000', 'b'].map(name => ({ restore: restore(name) })),
    }
    expect(names((await lateen('restore get c a b', { jobs })).stdout)).toEqual(['c', 'a', 'b'])
    const listed = ['a-20260101000000', 'a-20260102000000', 'b']
    expect(names((await lateen('restore get', { jobs })).stdout)).toEqual(listed)
  })

  it("says <unknown> where a restore of Velero's, which left no record, tells nothing", async () => {
    const velero: RestoreView = {
      restore: { ...restore('theirs', { errors: 0, warnings: 7 }), spec: { backupName: 'full' } },
      unrecorded: true,
    }
    const { stdout } = await lateen('restore get', listing(velero))
    expect(stdout.split('\n')[1]?.split(/ {2,}/)).toEqual([
      'theirs',
      'full',
      '<unknown>',
      '<unknown>',
      '<unknown>',
      '0',
      '7',
      '<unknown>',
      '<unknown>',
    ])
  })

  it('tells in every format that a restore is being deleted', async () => {
    const made = restore('r')
    const metadata = { ...made.metadata, deletionTimestamp: '2026-11-22T07:41:25Z' }
    const { stdout } = await lateen('restore get -o json', listing({ restore: { ...made, metadata } }))
    expect(JSON.parse(stdout).status.phase).toBe('Completed (Deleting)')
  })

  it('lists only what a selector matches, and shows labels', async () => {
    const labelled = (name: string, labels: Record<string, string>): RestoreView => {
      const made = restore(name)
      return { restore: { ...made, metadata: { ...made.metadata, labels } } }
    }
    const views = listing(labelled('a', { team: 'core' }), labelled('b', {}))
    const { stdout } = await lateen('restore get -l team=core -L team', views)
    expect(stdout).toMatch(/SELECTOR {3}TEAM\na .*<none> {5}core\n$/)
  })

  it('prints several as a RestoreList', async () => {
    const { stdout } = await lateen(
      'restore get -o json',
      listing({ restore: restore('a') }, { restore: restore('b') }),
    )
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'RestoreList', items: [{}, {}] })
  })

  it('names a restore that cannot be read, shows the others and ends with 1', async () => {
    const jobs = {
      async listRestores(_: unknown, onDamaged: (error: Error) => void) {
        onDamaged(new Error('restores/x/velero-restore.json is damaged'))
        return [{ restore: restore('a') }]
      },
    }
    const { code, stdout, stderr } = await lateen('restore get', { jobs })
    expect([code, names(stdout)]).toEqual([1, ['a']])
    expect(stderr).toBe('An error occurred: restores/x/velero-restore.json is damaged\n')
  })

  it('reads where restores from a location are recorded', async () => {
    const text = `locations:
  - { name: main, default: true, provider: aws, objectStorage: { bucket: b } }
  - { name: dr, provider: aws, accessMode: ReadOnly, resultsLocation: main, objectStorage: { bucket: dr } }`
    let seen: string[] = []
    const jobs = {
      listRestores: async ({ location, results }: { location: { name: string }; results?: { name: string } }) => {
        seen = [location.name, results?.name ?? '']
        return []
      },
    }
    const files = { '/work/here/lateen.yaml': text }
    await lateen('restore get --storage-location dr', { jobs, files, env: { LATEEN_BUCKET: '' } })
    expect(seen).toEqual(['dr', 'main'])
  })
})

describe('restore logs', () => {
  const having = (view: RestoreView) => ({
    getRestore: async () => view,
    openRestoreLogs: async () => Readable.from(['time=1 level=info\n', 'time=2 level=error\n']),
  })
  const inPhase = (phase: RestorePhase) => having({ restore: restore('r1', { phase }) })

  it('prints the log as it is', async () => {
    const expected = { code: 0, stdout: 'time=1 level=info\ntime=2 level=error\n', stderr: '' }
    expect(await lateen('restore logs r1', { jobs: inPhase('PartiallyFailed') })).toEqual(expected)
  })

  it("prints the log of one of Velero's, whose phase nobody knows", async () => {
    const jobs = having({ restore: restore('r1', {}), unrecorded: true })
    expect((await lateen('restore logs r1', { jobs })).code).toBe(0)
  })

  it("refuses in Velero's words: a restore that is not there, or without a log", async () => {
    const missing = { getRestore: () => Promise.reject(new RestoreNotFoundError('r1')) }
    expect(await lateen('restore logs r1', { jobs: missing })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'An error occurred: Restore "r1" does not exist.\nList the restores with `lateen restore get`.\n',
    })
    const openRestoreLogs = () => Promise.reject(new ObjectNotFoundError('restores/r1/restore-r1-logs.gz'))
    expect((await lateen('restore logs r1', { jobs: { ...inPhase('Completed'), openRestoreLogs } })).stderr).toBe(
      'An error occurred: file not found\nThe bucket has no log of "r1".\n',
    )
  })

  it('follows one that is at work until it has ended, and ends with the code of its phase', async () => {
    const readRestoreLog = async function* () {
      yield { text: Buffer.from('a\n') }
      yield { phase: 'Failed' }
    }
    const jobs = { ...inPhase('InProgress'), readRestoreLog }
    expect(await lateen('restore logs r1 --follow', { jobs })).toEqual({ code: 4, stdout: 'a\n', stderr: '' })
  })
})
