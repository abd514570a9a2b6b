import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Jobs } from '../../../lib/cli/jobs.ts'
import type { BackupStorageLocation, BackupStorageLocationStatus } from '../../../lib/velero/types.ts'
import { lateen, type World } from './harness.ts'
import { sample, samplesThere, sampleTime, whyNot } from './samples.ts'

const at = '2026-11-22T08:41:05Z'
const looking = (statuses: Record<string, BackupStorageLocationStatus> = {}): Partial<Jobs> => ({
  lookAtLocation: async ({ name }) => statuses[name] ?? { phase: 'Available', lastValidationTime: at },
})
const file = `
clusters: [{ name: a, location: main }, { name: b, location: other }]
locations:
  - name: other
    provider: file
    objectStorage: { bucket: /srv/b }
    accessMode: ReadOnly
    labels: { team: core }
  - name: main
    default: true
    provider: aws
    objectStorage: { bucket: b, prefix: p }
    credential: { file: keys.ini, profile: backup }
`
const having = (jobs: Partial<Jobs>, text = file): World => ({
  env: { LATEEN_BUCKET: '' },
  files: { '/work/here/lateen.yaml': text },
  jobs,
})

describe.skipIf(!samplesThere)(`what real Velero prints${whyNot}`, () => {
  const objects: BackupStorageLocation[] = samplesThere
    ? JSON.parse(sample('_input-objects.json')).filter(({ kind }: { kind: string }) => kind === 'BackupStorageLocation')
    : []
  const locations = objects.map(({ metadata, spec }) => ({ name: metadata.name, labels: metadata.labels, ...spec }))
  const statuses = Object.fromEntries(objects.map(({ metadata, status }) => [metadata.name, status ?? {}]))

  it.each([
    'backup-location get',
    'get backup-locations',
    'get backup-location',
  ])('is printed by `%s` of the same locations in lateen.yaml, to the byte', async words => {
    const world = { ...having(looking(statuses), stringify({ locations })), now: sampleTime }
    expect(await lateen(words, world)).toEqual({ code: 0, stdout: sample('get-backup-locations.txt'), stderr: '' })
  })
})

describe('backup-location get', () => {
  it('lists by name, and the named ones in their order', async () => {
    const { stdout } = await lateen('backup-location get', having(looking()))
    expect(stdout).toMatch(/^NAME .*\nmain {4}aws {8}b\/p .* ReadWrite {5}true\nother {3}file {7}\/srv\/b .* ReadOnly/)
    const named = await lateen('backup-location get other main', having(looking()))
    expect(named.stdout).toMatch(/\nother .*\nmain /)
  })

  it('shows the default one, what a selector matches, and labels', async () => {
    const { stdout } = await lateen('backup-location get --default', having(looking()))
    expect(stdout).toMatch(/^NAME .*\nmain .*\n$/)
    const matching = await lateen('backup-location get -l team=core -L team --show-labels', having(looking()))
    expect(matching.stdout).toMatch(/DEFAULT {3}TEAM {3}LABELS\nother .* core {3}team=core\n$/)
  })

  it('tells on stderr why one is unavailable, and in status.message', async () => {
    const message = 'BackupStorageLocation "main" is unavailable: access is denied'
    const jobs = looking({ main: { phase: 'Unavailable', lastValidationTime: at, message } })
    const { code, stdout, stderr } = await lateen('backup-location get', having(jobs))
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${message}\n` })
    expect(stdout).toMatch(/\nmain .* Unavailable {3}2026-11-22 08:41:05 \+0000 UTC /)
    const object = await lateen('backup-location get main -o json', having(jobs))
    expect(JSON.parse(object.stdout)).toEqual({
      kind: 'BackupStorageLocation',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'main', namespace: 'velero', creationTimestamp: null },
      spec: {
        provider: 'aws',
        config: { profile: 'backup' },
        objectStorage: { bucket: 'b', prefix: 'p' },
        default: true,
      },
      status: { phase: 'Unavailable', lastValidationTime: at, message },
    })
    expect(object.stderr).toBe('')
  })

  it('prints several as a list', async () => {
    const { stdout } = await lateen('backup-location get -o json', having(looking()))
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'BackupStorageLocationList', items: [{}, {}] })
  })

  it('looks at all of them at the same time', async () => {
    let begun = 0
    let all = () => {}
    const everyone = new Promise<void>(resolve => {
      all = resolve
    })
    const jobs: Partial<Jobs> = {
      async lookAtLocation() {
        begun += 1
        if (begun === 2) all()
        await everyone
        return { phase: 'Available', lastValidationTime: at }
      },
    }
    expect((await lateen('backup-location get', having(jobs))).code).toBe(0)
  })

  it('shows the bucket that a flag or variable names in their place, read-only where that is said', async () => {
    const { stdout } = await lateen('backup-location get --bucket s3://other/x --read-only', having(looking()))
    expect(stdout).toMatch(/^NAME .*\ndefault {3}aws {8}other\/x .* ReadOnly/)
  })

  it('refuses names that are not there before it looks, and formats that Velero has not', async () => {
    expect(await lateen('backup-location get mian', having({}))).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'An error occurred: backupstoragelocations.velero.io "mian" not found (did you mean "main"?)\nList the locations with `lateen backup-location get`.\n',
    })
    expect(await lateen('backup-location get -o xml', having({}))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        `invalid output format "xml" - valid values are 'table', 'wide', 'json', 'yaml', and 'name'`,
      ),
    })
  })
})
