import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lateen, type World } from './harness.ts'

const file = `# ours
clusters:
  - name: prod
    kubeconfig: kubeconfigs/prod
    location: main
  - name: shop
    eks: { cluster: shop-eks, region: eu-central-1 }
locations:
  - name: main
    default: true
    provider: aws
    objectStorage: { bucket: velero-backups, prefix: clusters/prod }
    credential: { file: keys.ini, profile: backup }
  - name: shop
    provider: file
    objectStorage: { bucket: backups }
schedules:
  - name: nightly
    schedule: "@daily"
    retention: keep-daily=7
`
const good = file.replace('eu-central-1 }', 'eu-central-1 }\n    location: shop')
const having = (text: string, env: Record<string, string> = {}): World => ({
  env: { LATEEN_BUCKET: '', ...env },
  files: { '/work/here/lateen.yaml': text },
})

describe('config check', () => {
  it('says which file is good, and what is in it', async () => {
    expect(await lateen('config check', having(good))).toEqual({
      code: 0,
      stdout: '/work/here/lateen.yaml is good: 2 clusters, 2 locations, 1 schedule.\n',
      stderr: '',
    })
  })

  it('reads the file that --config or LATEEN_CONFIG names', async () => {
    const files = { '/etc/lateen.yaml': 'clusters: []\n' }
    const { stdout } = await lateen('config check --config /etc/lateen.yaml', { files })
    expect(stdout).toMatch(/^\/etc\/lateen\.yaml is good: 0 clusters/)
    const named = await lateen('config check', { files, env: { LATEEN_CONFIG: '/etc/lateen.yaml' } })
    expect(named.stdout).toBe(stdout)
  })

  it('prints every mistake on a line that begins with its place, and ends with 2', async () => {
    const broken = good
      .replace('provider: file', 'provider: flie\n    colour: red')
      .replace('prod\n', 'prod\n    a: 1\n')
    const { code, stdout, stderr } = await lateen('config check', having(broken))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map(line => line.replace(/ .*/, '')),
    ).toEqual(['/work/here/lateen.yaml:4:5:', '/work/here/lateen.yaml:17:5:', '/work/here/lateen.yaml:18:5:'])
    expect(stderr).toContain('locations[1].provider must be')
  })

  it('names clusters that no command could work with', async () => {
    const undecided = file.replace('    default: true\n', '')
    expect(await lateen('config check', having(undecided))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^\/work\/here\/lateen\.yaml: cluster "shop": 2 locations are configured \(main, shop\) and none is the default\. Set default/,
      ),
    })
  })

  it('refuses what spans several parts, as every command does', async () => {
    expect(await lateen('config check', having(file))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the clusters "prod" and "shop" would write to the same bucket and prefix'),
    })
  })

  it('says where there is no file to check', async () => {
    expect(await lateen('config check')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no /work/here/lateen.yaml'),
    })
  })

  it('tells what takes the place of something in the file', async () => {
    const { stdout } = await lateen('config check --kubecontext x', having(good, { LATEEN_BUCKET: 's3://other' }))
    expect(stdout).toMatch(
      /\n--kubecontext takes the place of its clusters\.\nLATEEN_BUCKET takes the place of its locations\.\n$/,
    )
  })
})

describe('config view', () => {
  it('shows clusters, locations and schedules with what is implied, paths resolved', async () => {
    const { code, stdout } = await lateen('config view -o json', having(good))
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      clusters: [
        { name: 'prod', kubeconfig: '/work/here/kubeconfigs/prod', location: 'main' },
        { name: 'shop', eks: { cluster: 'shop-eks', region: 'eu-central-1' }, location: 'shop' },
      ],
      locations: [
        {
          name: 'main',
          provider: 'aws',
          objectStorage: { bucket: 'velero-backups', prefix: 'clusters/prod' },
          config: { profile: 'backup' },
          credential: { file: '/work/here/keys.ini' },
          default: true,
        },
        { name: 'shop', provider: 'file', objectStorage: { bucket: '/work/here/backups' } },
      ],
      schedules: [{ name: 'nightly', schedule: '@daily', template: {}, retention: 'keep-daily=7' }],
      from: {
        clusters: '/work/here/lateen.yaml',
        locations: '/work/here/lateen.yaml',
        schedules: '/work/here/lateen.yaml',
        namespace: 'the default',
      },
      namespace: 'velero',
    })
  })

  it('has what flags and environment say applied, and names them', async () => {
    const world = having(good, { LATEEN_BUCKET: 's3://other', LATEEN_READ_ONLY: 'true', LATEEN_MAX_CONCURRENCY: '4' })
    const { stdout } = await lateen('config view --region eu-west-1', world)
    expect(stdout).toContain('maxConcurrency: 4\n')
    expect(stdout).toContain(
      'locations:\n  - name: default\n    provider: aws\n    objectStorage:\n      bucket: other\n    config:\n      region: eu-west-1\n    accessMode: ReadOnly\n',
    )
    expect(stdout).toMatch(
      /\nfrom:\n {2}clusters: \S+\n {2}locations: LATEEN_BUCKET\n {2}schedules: \S+\n {2}region: --region\n {2}maxConcurrency: LATEEN_MAX_CONCURRENCY\n {2}readOnly: LATEEN_READ_ONLY\n/,
    )
  })

  it('prints no secret', async () => {
    const { stdout } = await lateen('config view', { env: { LATEEN_KUBECONFIG_TEXT: 'token: hunter2' } })
    expect(stdout).toContain('kubeconfigText: REDACTED\n')
    expect(stdout).not.toContain('hunter2')
    expect(stdout).toContain('clusters: LATEEN_KUBECONFIG_TEXT\n')
  })

  it('shows who is told how runs end, but for the URL of a webhook', async () => {
    const notifications = 'notifications: [{ webhook: https://hooks.example.com/T0KEN }, { eventBus: ops }]\n'
    const { stdout } = await lateen('config view -o json', having(`${good}${notifications}`))
    const phases = ['PartiallyFailed', 'Failed', 'FailedValidation']
    expect(JSON.parse(stdout).notifications).toEqual([
      { webhook: 'REDACTED', phases },
      { eventBus: 'ops', phases },
    ])
  })

  it('shows the one cluster that --cluster names, and refuses one that is not there', async () => {
    const { stdout } = await lateen('config view --cluster shop -o json', having(good))
    expect(JSON.parse(stdout).clusters).toMatchObject([{ name: 'shop' }])
    expect(await lateen('config view --cluster shpo', having(good))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no cluster is called "shpo" (did you mean "shop"?)'),
    })
  })

  it('refuses other formats', async () => {
    expect(await lateen('config view -o table')).toEqual({
      code: 2,
      stdout: '',
      stderr: `An error occurred: invalid output format "table" - valid values are 'yaml' and 'json'\n`,
    })
  })
})

describe('config schema', () => {
  it('prints what lateen.schema.json holds; `npm run schema` writes it anew', async () => {
    const { code, stdout } = await lateen('config schema')
    expect(code).toBe(0)
    expect(readFileSync(new URL('../../../lateen.schema.json', import.meta.url), 'utf8')).toBe(stdout)
  })

  it('knows every field, what people write for it, and refuses others', async () => {
    const { stdout } = await lateen('config schema')
    const schema = JSON.parse(stdout)
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    const location = schema.properties.locations.items
    expect(location.additionalProperties).toBe(false)
    expect(location.required).toEqual(['name', 'provider', 'objectStorage'])
    // `true` and 5 are fine there: they are meant as texts.
    expect(location.properties.config.additionalProperties).toEqual({ type: ['string', 'boolean', 'number'] })
  })
})
