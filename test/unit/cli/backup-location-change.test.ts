import { describe, expect, it } from 'vitest'
import { lateen, type World } from './harness.ts'

const path = '/work/here/lateen.yaml'
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const keys = '[default]\naws_access_key_id = a\n[backups]\naws_access_key_id = b\n'
const file = `# ours
clusters:
  - name: prod
    location: main # the big one
locations:
  - name: main
    default: true
    provider: aws
    objectStorage: { bucket: b, prefix: prod }
    labels: { team: core }
  - name: old
    provider: aws
    objectStorage: { bucket: b, prefix: old }
`

/** Runs a command where these files are; answers them afterwards too. */
async function change(args: string | string[], text: string | undefined = file, more: World = {}) {
  const files: Record<string, string> = {
    ...(text !== '' && { [path]: text }),
    '/work/here/ca.pem': pem,
    '/work/here/keys.ini': keys,
    ...more.files,
  }
  const outcome = await lateen(args, { ...more, env: { LATEEN_BUCKET: '', ...more.env }, files })
  return { ...outcome, written: files[path], files }
}

const create = 'backup-location create new --provider aws --bucket b2'

describe('backup-location create', () => {
  it('adds a location to lateen.yaml and says so in the words of Velero', async () => {
    const { code, stdout, stderr, written } = await change(
      'backup-location create new --provider aws --bucket b2 --prefix p --access-mode ReadOnly --labels a=b,c=d ' +
        '--config region=eu-central-1 --config s3Url=https://minio:9000 --backup-sync-period 1m --cacert ca.pem --credential keys.ini=backups',
    )
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'Backup storage location "new" configured successfully.\n',
      stderr: '',
    })
    expect(written).toBe(`${file}  - name: new
    provider: aws
    objectStorage:
      bucket: b2
      prefix: p
      caCert: ${Buffer.from(pem).toString('base64')}
    config:
      region: eu-central-1
      s3Url: https://minio:9000
    credential:
      file: /work/here/keys.ini
      profile: backups
    labels:
      a: b
      c: d
    accessMode: ReadOnly
    backupSyncPeriod: 1m0s
`)
  })

  it('makes the file where there is none, and says which', async () => {
    const { code, stderr, written } = await change(
      'create backup-location default --bucket file:///srv/b --default',
      '',
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: `${path} was created.\n` })
    expect(written).toBe(
      'locations:\n  - name: default\n    default: true\n    provider: file\n    objectStorage:\n      bucket: /srv/b\n',
    )
  })

  it('writes the file that LATEEN_CONFIG, or --config before the command, names', async () => {
    const named = await change(create, '', { env: { LATEEN_CONFIG: '/etc/l.yaml' } })
    expect(named.files['/etc/l.yaml']).toContain('name: new')
    const given = await change(`--config /etc/l.yaml ${create} --config region=x`, '')
    expect(given.files['/etc/l.yaml']).toContain('region: x')
    expect(given.written).toBeUndefined()
  })

  it('takes an address in place of three flags, a folder from where it is called, and the flags of all commands', async () => {
    const { written } = await change(
      'backup-location create new --bucket s3://b2/p/q --region x --s3-url http://minio --profile y --read-only',
      '',
    )
    expect(written).toContain(
      'bucket: b2\n      prefix: p/q\n    config:\n      s3Url: http://minio\n      region: x\n',
    )
    expect(written).toContain('credential:\n      profile: y\n    accessMode: ReadOnly\n')
    const folder = await change('backup-location create new --provider file --bucket backups', '')
    expect(folder.written).toContain('bucket: /work/here/backups\n')
  })

  it('prints the object with -o, as Velero does, and writes nothing', async () => {
    const { code, stdout, written } = await change(
      'backup-location create new --provider aws --bucket b2 --config region=x --backup-sync-period 1m -o yaml',
    )
    expect(code).toBe(0)
    expect(written).toBe(file)
    expect(stdout).toBe(`apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata:
  creationTimestamp: null
  name: new
  namespace: velero
spec:
  accessMode: ReadWrite
  backupSyncPeriod: 1m0s
  config:
    region: x
  objectStorage:
    bucket: b2
  provider: aws
status: {}

`)
  })

  it('says where a variable takes the place of what was written', async () => {
    const { stderr } = await change(create, file, { env: { LATEEN_BUCKET: 's3://x' } })
    expect(stderr).toBe('LATEEN_BUCKET is set, and takes the place of all locations in lateen.yaml.\n')
  })

  it('says where commands would not know any more which location is meant', async () => {
    const one = 'locations:\n  - name: a\n    provider: file\n    objectStorage: { bucket: /a }\n'
    expect((await change(create, one)).stderr).toBe(
      'Commands will be refused from now on: 2 locations are configured (a, new) and none is the default. Set default: true on one of them in lateen.yaml, or give the cluster a location.\n',
    )
    expect((await change(`${create} --default`, one)).stderr).toBe('')
  })

  it.each([
    ['backup-location create new --bucket b', '--provider is required'],
    ['backup-location create new --provider aws', '--bucket is required'],
    ['backup-location create', 'accepts 1 arg(s), received 0'],
    [`${create} --access-mode RO`, 'invalid argument "RO" for "--access-mode" flag: invalid value: "RO"'],
    [`${create} --credential a=b,c=d`, '--credential can only contain 1 key/value pair'],
    [`${create} --backup-sync-period -1m`, '--backup-sync-period must be non-negative'],
    [`${create} --validation-frequency -1m`, '--validation-frequency must be non-negative'],
    [
      `${create} --default`,
      'there is already exist default backup storage location, please unset it first or do not set --default flag',
    ],
    ['backup-location create old --provider aws --bucket b2', 'backupstoragelocations.velero.io "old" already exists'],
    ['backup-location create A_b --provider aws --bucket b2', 'BackupStorageLocation.velero.io "A_b" is invalid'],
    [`${create} --config regoin=x`, 'config has invalid keys [regoin]; valid keys are ['],
    [`${create} --config region`, 'invalid argument "region" for "--config" flag: error parsing "region"'],
    [`${create} --config`, 'flag needs an argument: --config'],
    [
      'backup-location create new --provider azure --bucket b',
      'unable to locate ObjectStore plugin named velero.io/azure',
    ],
    ['backup-location create new --provider aws --bucket b/c', 'bucket name "b/c" must not contain a \'/\''],
    [
      'backup-location create new --provider file --bucket s3://b',
      '--provider is file, but --bucket is the address of aws',
    ],
    [`${create} --cacert keys.ini`, '--cacert: /work/here/keys.ini holds no certificate in PEM form'],
    [`${create} --s3-url minio:9000`, '--s3-url: "minio:9000" is not the URL of an S3 endpoint'],
    [`${create} --buckt x`, 'unknown flag: --buckt'],
  ])('refuses `%s` with %s, and writes nothing', async (line, message) => {
    const { code, stdout, stderr, written } = await change(line)
    expect({ code, stdout, written }).toEqual({ code: 2, stdout: '', written: file })
    expect(stderr).toContain(`An error occurred: ${message}`.replace('An error occurred: bucket name', 'bucket name'))
  })

  it('takes no Secret for a file, and no key of one for a profile', async () => {
    const secret = await change(`${create} --credential bsl-keys=cloud`)
    expect(secret).toMatchObject({ code: 2, written: file })
    expect(secret.stderr).toBe(
      "An error occurred: --credential: can't read /work/here/bsl-keys: no such file\nName an AWS credentials file and a profile of it; nothing is read from a Secret.\n",
    )
    expect((await change(`${create} --credential keys.ini=cloud`)).stderr).toContain(
      '--credential: /work/here/keys.ini has no profile "cloud"',
    )
  })

  it('refuses to touch a file with mistakes, and one that would be refused after', async () => {
    const broken = `${file}colour: red\n`
    expect(await change(create, broken)).toMatchObject({
      code: 2,
      written: broken,
      stderr: expect.stringContaining('lateen.yaml:14:1: colour is not a known field'),
    })
    const nested = file
      .replace('prefix: old', 'prefix: old }\n    resultsLocation: main\n    x: { y: 1')
      .replace(/\n {4}x:.*/, '')
    const inside = await change('backup-location create in --provider aws --bucket b --prefix prod/x', nested)
    expect(inside).toMatchObject({
      code: 2,
      written: nested,
      stderr: expect.stringContaining('lie one inside the other'),
    })
  })
})

describe('backup-location set', () => {
  it('changes the default one, credentials and certificates, and nothing else', async () => {
    const unset = await change('backup-location set main --default=false')
    expect(unset).toMatchObject({ code: 0, stdout: 'Backup storage location "main" configured successfully.\n' })
    expect(unset.written).toBe(file.replace('    default: true\n', ''))
    const { written } = await change(
      'backup-location set old --default --cacert ca.pem --credential keys.ini=default',
      unset.written,
    )
    const caCert = Buffer.from(pem).toString('base64')
    expect(written).toBe(
      unset.written?.replace('prefix: old }', `prefix: old, caCert: ${caCert} }`) +
        '    credential:\n      file: /work/here/keys.ini\n      profile: default\n    default: true\n',
    )
  })

  it('changes the profile alone where only that is given', async () => {
    const text = `${file}    credential: { file: k.ini, profile: a }\n`
    const { written } = await change('backup-location set old --profile b', text)
    expect(written).toBe(text.replace('profile: a', 'profile: b'))
  })

  it('says what is the case already', async () => {
    expect(await change('backup-location set main --default')).toMatchObject({
      code: 0,
      stdout: 'Backup storage location "main" is already the default backup storage location.\n',
      written: file,
    })
  })

  it.each([
    [
      'backup-location set old --default',
      'there are already exist default backup storage locations, please unset them first',
    ],
    ['backup-location set odl --default', 'backupstoragelocations.velero.io "odl" not found (did you mean "old"?)'],
    ['backup-location set old', 'nothing to set: give --default, --credential or --cacert'],
    ['backup-location set old --bucket s3://x', '--bucket is not changed by this command\nChange it in lateen.yaml.'],
    ['backup-location set old --default=maybe', 'invalid argument "maybe" for "--default" flag'],
  ])('refuses `%s`', async (line, message) => {
    const { code, stdout, stderr, written } = await change(line)
    expect({ code, stdout, written }).toEqual({ code: 2, stdout: '', written: file })
    expect(stderr).toContain(`An error occurred: ${message}`)
  })
})

describe('backup-location delete', () => {
  it.each([
    'backup-location delete old',
    'delete backup-location old',
    'delete backup-locations old',
  ])('asks, takes it out of the file, and says that the bucket stays: %s', async line => {
    const { code, stdout, written } = await change(line, file, { typed: ['y'] })
    expect(code).toBe(0)
    expect(stdout).toBe(
      'Are you sure you want to continue (Y/N)? Backup storage location "old" deleted successfully.\nWhat lies in s3://b/old stays there.\n',
    )
    expect(written).toBe(file.slice(0, file.indexOf('  - name: old')))
  })

  it('deletes nothing where the answer is no, or nobody answers', async () => {
    expect(await change('backup-location delete old', file, { typed: ['n'] })).toMatchObject({ code: 0, written: file })
    expect(await change('backup-location delete old')).toMatchObject({ code: 2, written: file })
  })

  it('refuses one that a cluster or another location uses, and deletes the others', async () => {
    const text = file.replace('prefix: old }', 'prefix: old }\n    resultsLocation: main')
    const { code, stdout, stderr, written } = await change('backup-location delete --all --confirm', text)
    expect(code).toBe(2)
    expect(stderr).toBe(
      `An error occurred: the backup storage location "main" is used by the cluster "prod", the location "old", as its resultsLocation\nGive another location there first, in ${path}.\n`,
    )
    expect(stdout).toContain('"old" deleted successfully.')
    expect(written).toContain('name: main')
    expect(written).not.toContain('name: old')
  })

  it('chooses by label, and says where there are none', async () => {
    expect(await change('backup-location delete -l team=core --confirm')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"main" is used by the cluster "prod"'),
    })
    expect(await change('backup-location delete -l team=x --confirm')).toMatchObject({
      code: 0,
      stdout: 'No backup-locations found\n',
    })
    expect(await change('backup-location delete nope --confirm')).toMatchObject({
      code: 2,
      stdout: 'No backup-locations found\n',
      stderr: expect.stringContaining('backupstoragelocations.velero.io "nope" not found'),
    })
  })

  it('wants to be told which', async () => {
    expect((await change('backup-location delete')).stderr).toContain(
      'you must specify exactly one of: specific backup-location name(s), the --all flag, or the --selector flag',
    )
  })
})
