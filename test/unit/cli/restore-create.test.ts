import { describe, expect, it } from 'vitest'
import type { Settings } from '../../../lib/config/types.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import type { BackupView } from '../../../lib/jobs/types.ts'
import type { BackupPhase } from '../../../lib/velero/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import { backup, lateen, restoreResultOf, type World } from './harness.ts'

const getBackup = async (_: unknown, name: string): Promise<BackupView> => ({ backup: backup(name) })

/** Runs `restore create` with flags and answers the manifest that was handed to the job. */
async function sent(args: string | string[], world: World = {}): Promise<Restore & { settings: Settings }> {
  let received: (Restore & { settings: Settings }) | undefined
  const words = typeof args === 'string' ? args.split(' ') : args
  const { stderr } = await lateen(['restore', 'create', ...words], {
    ...world,
    jobs: {
      getBackup,
      createRestore: async (settings, manifest) => {
        received = { ...manifest, settings }
        return restoreResultOf(manifest, { phase: 'Completed' })
      },
      ...world.jobs,
    },
  })
  if (!received) throw new Error(stderr)
  return received
}

describe('restore create', () => {
  it("sends Velero's object for a plain call, with a uid of its own", async () => {
    const { settings, ...manifest } = await sent('r1 --from-backup b1')
    expect(manifest).toEqual({
      kind: 'Restore',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'r1', namespace: 'velero', uid: '00000000-0000-4000-8000-000000000001' },
      spec: { backupName: 'b1', includedNamespaces: ['*'], uploaderConfig: {} },
    })
    expect(settings.location.spec.objectStorage.bucket).toBe('backups')
  })

  it('makes up a name from the backup or the schedule and the local time', async () => {
    const inNewYork = { now: '2026-11-22T08:36:09Z', timeZone: 'America/New_York' }
    expect((await sent('--from-backup b1', inNewYork)).metadata.name).toBe('b1-20261122033609')
    const jobs = { listBackups: async () => [scheduled('daily-1', 'Completed', '2026-11-20T00:00:00Z')] }
    expect((await sent('--from-schedule daily', { ...inNewYork, jobs })).metadata.name).toBe('daily-20261122033609')
  })

  it('takes every filter of Velero', async () => {
    const { spec } = await sent([
      ...'r1 --from-backup b1 --include-namespaces a,b* --exclude-namespaces c --selector app=web'.split(' '),
      ...'--include-resources pods --exclude-resources secrets --include-cluster-resources'.split(' '),
      ...'--namespace-mappings a:x,b:y --namespace-mappings c:z --status-include-resources workflows'.split(' '),
      ...'--status-exclude-resources pods --preserve-nodeports=false --existing-resource-policy update'.split(' '),
      ...'--resource-modifier-configmap mods'.split(' '),
    ])
    expect(spec).toEqual({
      backupName: 'b1',
      includedNamespaces: ['a', 'b*'],
      excludedNamespaces: ['c'],
      includedResources: ['pods'],
      excludedResources: ['secrets'],
      includeClusterResources: true,
      labelSelector: { matchLabels: { app: 'web' } },
      namespaceMapping: { a: 'x', b: 'y', c: 'z' },
      restoreStatus: { includedResources: ['workflows'], excludedResources: ['pods'] },
      preserveNodePorts: false,
      existingResourcePolicy: 'update',
      resourceModifier: { apiGroup: '', kind: 'configmap', name: 'mods' },
      uploaderConfig: {},
    })
    const { orLabelSelectors } = (await sent(['--from-backup', 'b', '--or-selector', 'a=b or c=d'])).spec
    expect(orLabelSelectors).toEqual([{ matchLabels: { a: 'b' } }, { matchLabels: { c: 'd' } }])
  })

  it('sends no status to restore where there are only kinds to leave out, as Velero', async () => {
    expect((await sent('--from-backup b1 --status-exclude-resources pods')).spec).not.toHaveProperty('restoreStatus')
  })

  it('records what is asked of volumes', async () => {
    const { spec } = await sent(
      '--from-backup b1 --restore-volumes=false --write-sparse-files --parallel-files-download 4 --item-operation-timeout 1h',
    )
    expect(spec).toMatchObject({
      restorePVs: false,
      uploaderConfig: { writeSparseFiles: true, parallelFilesDownload: 4 },
      itemOperationTimeout: '1h0m0s',
    })
  })

  it('restores from the location that --storage-location names, which the object does not', async () => {
    const files = {
      '/work/here/lateen.yaml': `locations:
  - { name: main, default: true, provider: aws, objectStorage: { bucket: b } }
  - { name: dr, provider: aws, accessMode: ReadOnly, objectStorage: { bucket: dr } }`,
    }
    const { settings, spec } = await sent('--from-backup b1 --storage-location dr', {
      files,
      env: { LATEEN_BUCKET: '' },
    })
    expect([settings.location.name, settings.results?.name]).toEqual(['dr', 'dr-results'])
    expect(spec).not.toHaveProperty('storageLocation')
  })

  it('keeps what only Lateen knows in annotations, beside those given', async () => {
    const { metadata, spec } = await sent([
      ...'--from-backup b1 --annotations a=b --labels c=d --existing-resource-policy recreate'.split(' '),
      ...'--recreate-resources deployments,configmaps --restore-resource-priorities secrets,-,services'.split(' '),
    ])
    expect(metadata).toMatchObject({
      labels: { c: 'd' },
      annotations: {
        a: 'b',
        'lateen.io/recreate-resources': 'deployments,configmaps',
        'lateen.io/restore-resource-priorities': 'secrets,-,services',
      },
    })
    expect(spec.existingResourcePolicy).toBe('recreate')
  })
})

describe('--resource-modifier-file', () => {
  const rules = `version: v1
resourceModifierRules:
  - conditions: { groupResource: deployments.apps }
    patches: [{ operation: replace, path: /spec/replicas, value: "1" }]
`
  it('is sent as its text, found from the working folder', async () => {
    const files = { '/work/here/mods.yaml': rules }
    const { metadata, spec } = await sent('--from-backup b1 --resource-modifier-file mods.yaml', { files })
    expect(metadata.annotations).toEqual({ 'lateen.io/resource-modifiers': rules })
    expect(spec).not.toHaveProperty('resourceModifier')
  })

  it('that is missing, or holds no resource modifiers, is refused before anything is reached', async () => {
    const missing = await lateen('restore create --from-backup b1 --resource-modifier-file mods.yaml')
    expect(missing).toEqual({
      code: 2,
      stdout: '',
      stderr: "An error occurred: --resource-modifier-file: can't read /work/here/mods.yaml: no such file\n",
    })
    const files = { '/work/here/mods.yaml': rules.replace('groupResource', 'groupRessource') }
    const wrong = await lateen('restore create --from-backup b1 --resource-modifier-file mods.yaml', { files })
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('--resource-modifier-file: /work/here/mods.yaml')
  })
})

function scheduled(name: string, phase: BackupPhase, startTimestamp: string, schedule = 'daily'): BackupView {
  const made = backup(name, { phase, startTimestamp })
  return { backup: { ...made, metadata: { ...made.metadata, labels: { 'velero.io/schedule-name': schedule } } } }
}

describe('from a schedule', () => {
  const backups = [
    scheduled('daily-1', 'Completed', '2026-11-20T00:00:00Z'),
    scheduled('daily-2', 'PartiallyFailed', '2026-11-21T00:00:00Z'),
    scheduled('daily-3', 'Failed', '2026-11-22T00:00:00Z'),
    scheduled('other-1', 'Completed', '2026-11-23T00:00:00Z', 'other'),
  ]
  const listing = (views: BackupView[]) => ({ jobs: { listBackups: async () => views } })

  it('the schedule is sent, for the job to choose the newest Completed backup', async () => {
    const { spec } = await sent('--from-schedule daily', listing(backups))
    expect(spec).toMatchObject({ scheduleName: 'daily' })
    expect(spec).not.toHaveProperty('backupName')
  })

  it('with --allow-partially-failed the newest good backup of it is sent, by when it was started', async () => {
    const { spec } = await sent('--from-schedule daily --allow-partially-failed', listing(backups.toReversed()))
    expect(spec.backupName).toBe('daily-2')
    expect(spec).not.toHaveProperty('scheduleName')
  })

  it('with --allow-partially-failed and no good backup the schedule is sent as it is', async () => {
    const { spec } = await sent('--from-schedule daily --allow-partially-failed', listing(backups.slice(2)))
    expect(spec.scheduleName).toBe('daily')
  })

  it('a schedule without backups is refused', async () => {
    expect(await lateen('restore create --from-schedule nope', listing(backups))).toEqual({
      code: 2,
      stdout: '',
      stderr: 'An error occurred: No backups found for the schedule nope\n',
    })
  })

  it('a backup that cannot be read is told and hides no other', async () => {
    const jobs = {
      async listBackups(_: unknown, onDamaged: (error: Error) => void) {
        onDamaged(new Error('backups/daily-9/velero-backup.json is damaged'))
        return backups
      },
      createRestore: async (_: unknown, manifest: Restore) => restoreResultOf(manifest, { phase: 'Completed' }),
    }
    const { code, stderr } = await lateen('restore create --from-schedule daily', { jobs })
    expect(code).toBe(0)
    expect(stderr).toBe('An error occurred: backups/daily-9/velero-backup.json is damaged\n')
  })
})

describe('with -o', () => {
  it('prints the object as Velero does, sends nothing and needs no bucket', async () => {
    const flags =
      'create restore r --from-backup b1 --namespace-mappings a:b,c:d --existing-resource-policy update --resource-modifier-configmap mods --status-include-resources workflows --include-cluster-resources --preserve-nodeports=false -o yaml'
    const { code, stdout } = await lateen(flags, { env: { LATEEN_BUCKET: '' } })
    expect(code).toBe(0)
    expect(stdout).toBe(`apiVersion: velero.io/v1
kind: Restore
metadata:
  creationTimestamp: null
  name: r
  namespace: velero
spec:
  backupName: b1
  existingResourcePolicy: update
  hooks: {}
  includeClusterResources: true
  includedNamespaces:
  - '*'
  itemOperationTimeout: 0s
  namespaceMapping:
    a: b
    c: d
  preserveNodePorts: false
  resourceModifier:
    apiGroup: ""
    kind: configmap
    name: mods
  restoreStatus:
    includedResources:
    - workflows
  uploaderConfig: {}
status: {}

`)
    const table = (await lateen('restore create r --from-schedule daily -o table')).stdout
    expect(table).toMatch(/^NAME .*\nr +New +<nil> +<nil> +0 +0 +<nil> +<none>\n$/)
  })

  it('asks the bucket only for the backup that flags alone do not name', async () => {
    const jobs = { listBackups: async () => [scheduled('daily-2', 'PartiallyFailed', '2026-11-21T00:00:00Z')] }
    const flags = 'restore create --from-schedule daily --allow-partially-failed -o json'
    expect(JSON.parse((await lateen(flags, { jobs })).stdout).spec.backupName).toBe('daily-2')
  })
})

describe('refuses before anything is reached', () => {
  it.each([
    ['', 'either a backup or schedule must be specified, but not both'],
    ['--from-backup b --from-schedule s', 'either a backup or schedule must be specified, but not both'],
    ['-o name', 'either a backup or schedule must be specified, but not both'],
    ['--from-backup b -o name --selector a=b --or-selector c=d', 'invalid output format "name"'],
    [
      '--from-backup b --selector a=b --or-selector c=d --existing-resource-policy x',
      "either a 'selector' or an 'or-selector' can be specified, but not both",
    ],
    [
      '--from-backup b --existing-resource-policy replace --parallel-files-download=-1',
      'existing-resource-policy has invalid value, it accepts only none, update, recreate as value',
    ],
    ['--from-backup b --parallel-files-download=-1', 'parallel-files-download cannot be negative'],
    [
      '--from-backup b --existing-resource-policy recreate',
      '--existing-resource-policy recreate needs --recreate-resources\nName the kinds',
    ],
    [
      '--from-backup b --existing-resource-policy update --recreate-resources pods',
      '--recreate-resources is for --existing-resource-policy recreate only',
    ],
    [
      '--from-backup b --resource-modifier-configmap a --resource-modifier-file b',
      "either a 'resource-modifier-configmap' or a 'resource-modifier-file' can be specified, but not both",
    ],
    ['X_ --from-backup b', 'Restore.velero.io "X_" is invalid: metadata.name: Invalid value: "X_": a lowercase'],
    ['--from-backup b --labels a/b/c=d', '--labels: invalid key "a/b/c"'],
    ['--from-backup b --storage-location nope', 'backupstoragelocations.velero.io "nope" not found'],
    [
      '--from-backup b --namespace-mappings a=b',
      'invalid argument "a=b" for "--namespace-mappings" flag: error parsing "a=b"',
    ],
  ])('`restore create %s`', async (flags, message) => {
    const { code, stdout, stderr } = await lateen(`restore create ${flags}`)
    expect(stderr).toContain(`An error occurred: ${message}`)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('and a backup that is not there before anything is written', async () => {
    const jobs = { getBackup: () => Promise.reject(new BackupNotFoundError('nope')) }
    const { code, stderr } = await lateen('restore create --from-backup nope', { jobs })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^An error occurred: backups\.velero\.io "nope" not found\n/)
  })
})

it('restore create shows its flags by group, with examples, in --help', async () => {
  const { stdout } = await lateen('restore create --help')
  expect(stdout).toContain(
    'Usage: lateen restore create [NAME] [--from-backup BACKUP | --from-schedule SCHEDULE] [flags]',
  )
  for (const title of ['From what:', 'What exists already:', 'The restore itself:', 'Global flags:', 'Examples:']) {
    expect(stdout).toContain(`\n${title}\n`)
  }
  expect(stdout).toContain('      --namespace-mappings mapStringString ')
})
