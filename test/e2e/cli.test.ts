import { once } from 'node:events'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contents, newBucket, read, type TestBucket } from './helpers/bucket.ts'
import { endpoint, endToEnd } from './helpers/environment.ts'
import { lateen, type Outcome } from './helpers/lateen.ts'

type Env = Record<string, string | undefined>

/**
 * A bad request: what is wrong, its flags (FOLDER has the files, at PORT somebody speaks no HTTP), the exit code, what the
 * message names, and the environment where that is it.
 */
type Bad = [what: string, flags: string, code: number, names: string, env?: Env]

const longName = 'a'.repeat(254)

endToEnd('the command line, given what it cannot use', () => {
  let folder: string
  let bucket: TestBucket
  let notHttp: Server
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-e2e-'))
    bucket = await newBucket()
    expect(await lateen('backup create good', bucket.env)).toMatchObject({ code: 0 })
    const kubeconfig = await readFile(process.env.KUBECONFIG ?? '', 'utf8')
    const files = {
      'broken.yaml': 'clusters: [',
      'other.yaml': 'just text',
      'unreachable.yaml': kubeconfig.replace(/(127\.0\.0\.1):\d+/, '$1:1'),
      'token.yaml': kubeconfig.replace(/(token: *)\S+?([}\s])/, '$1wrong$2'),
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    notHttp = createServer(socket => {
      // A client that has read enough resets the connection.
      socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.9\r\n')
    }).listen(0, '127.0.0.1')
    await once(notHttp, 'listening')
  })
  afterAll(async () => {
    notHttp.close()
    await bucket.store.close()
  })

  /** One sentence for a person, and no stack. */
  function expectRefused({ code, stdout, stderr }: Outcome, exitCode: number, names: string): void {
    const sentence = stderr.slice(stderr.lastIndexOf('An error occurred: '))
    expect(sentence).toMatch(/^An error occurred: /)
    expect(sentence).toContain(names)
    expect(sentence.trim().split('\n').length).toBeLessThanOrEqual(2)
    expect(stderr).not.toMatch(/^ +at |defect of lateen/m)
    expect([code, stdout]).toEqual([exitCode, ''])
  }

  const bad: Bad[] = [
    ['a selector', '--selector app=web=x', 2, '"-l, --selector" flag'],
    ['a time to live in days', '--ttl 30d', 2, '"--ttl" flag: time: unknown unit "d"'],
    ['a bucket without scheme', '--bucket backups', 2, '--bucket: "backups" has no scheme'],
    ['a bucket with half a scheme', '--bucket s3:/backups', 2, 'Did you mean s3://backups?'],
    ['a bucket without name', '--bucket s3://', 2, '--bucket: "s3://" names no bucket'],
    ['a bucket of another scheme', '--bucket gs://backups', 2, '--bucket: the scheme "gs" is not known'],
    ['a relative folder', '--bucket file://backups', 2, '--bucket: "file://backups" is not the address of an absolute'],
    ['a bucket that does not exist', '--bucket s3://no-such-bucket', 5, 'the bucket "no-such-bucket"'],
    ['an endpoint without scheme', '--s3-url minio:9000', 2, '--s3-url: "minio:9000" is not the URL of an S3 endpoint'],
    ['an endpoint where nobody listens', '--s3-url http://127.0.0.1:1', 5, "http://127.0.0.1:1 can't be reached"],
    ['an endpoint that is no web server', '--s3-url http://127.0.0.1:PORT', 5, 'is not an S3 API'],
    ['a wrong secret key', '', 5, 'its secret is wrong', { AWS_SECRET_ACCESS_KEY: 'wrong' }],
    ['an unknown access key', '', 5, 'does not know the access key', { AWS_ACCESS_KEY_ID: 'nobody' }],
    ['a missing credentials file', '--credentials-file /no/such/file', 2, "'/no/such/file'"],
    ['a missing certificate', '--cacert /no/such/file', 2, "--cacert: can't read /no/such/file"],
    ['a missing configuration', '--config /no/such/file', 2, "--config: can't read /no/such/file"],
    ['an unknown location', '--storage-location elsewhere', 2, '"elsewhere" not found'],
    ['a missing kubeconfig', '--kubeconfig /no/such/file', 2, '/no/such/file: no such file or directory'],
    ['a kubeconfig that is no YAML', '--kubeconfig FOLDER/broken.yaml', 2, '/broken.yaml is not valid YAML'],
    ['a kubeconfig that is something else', '--kubeconfig FOLDER/other.yaml', 2, '/other.yaml is no kubeconfig'],
    ['an unknown context', '--kubecontext nowhere', 2, 'context "nowhere" does not exist'],
    [
      'an API server that is down',
      '--kubeconfig FOLDER/unreachable.yaml',
      5,
      'https://127.0.0.1:1: connection refused',
    ],
    ['a wrong token', '--kubeconfig FOLDER/token.yaml', 5, 'Unauthorized'],
    ['an unknown namespace', '--include-namespaces shopp', 2, '--include-namespaces: no namespace "shopp" exists'],
    ['an unknown resource', '--include-resources widgets', 2, 'the cluster serves no resource "widgets"'],
    ['a namespace in and out', '--include-namespaces a --exclude-namespaces a', 2, 'excludes list cannot contain'],
    ['a flag that does not exist', '--include-namespace shop', 2, 'Did you mean --include-namespaces?'],
  ]

  test.each(bad)('refuses %s', async (_, flags, code, names, env) => {
    const before = await contents(bucket)
    const port = String((notHttp.address() as AddressInfo).port)
    const words = flags === '' ? [] : flags.replace('FOLDER', folder).replace('PORT', port).split(' ')
    const outcome = await lateen(['backup', 'create', 'a', ...words], { ...bucket.env, ...env })
    expectRefused(outcome, code, names)
    expect(await contents(bucket)).toEqual(before)
  })

  test.each([
    ['with capitals', 'A_b', 'metadata.name: Invalid value: "A_b"'],
    ['of 254 letters', longName, 'must be no more than 253 characters'],
    ['that goes up', '../good', 'metadata.name: Invalid value: "../good"'],
  ])('refuses a name %s', async (_, name, names) => {
    const before = await contents(bucket)
    expectRefused(await lateen(['backup', 'create', name], bucket.env), 2, names)
    expect(await contents(bucket)).toEqual(before)
  })

  test.each(['get', 'logs', 'download'])('backup %s of an unknown backup says so', async verb => {
    expectRefused(await lateen(['backup', verb, 'unknown'], bucket.env), 2, '"unknown"')
  })

  /** What only reads must work however little may be written. */
  async function expectReadable(env: Env, cwd?: string): Promise<void> {
    const shown = await lateen('backup get good', env, cwd)
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(/^good +Completed /m) })
    expect((await lateen('backup logs good', env, cwd)).stdout).toContain('level=info')
    const path = join(await mkdtemp(join(tmpdir(), 'lateen-e2e-')), 'good.tar.gz')
    expect(await lateen(['backup', 'download', 'good', '-o', path], env, cwd)).toMatchObject({ code: 0 })
    expect((await stat(path)).size).toBe((await read(bucket, 'backups/good/good.tar.gz')).length)
  }

  test('a location that is read-only is not written to, and is read', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'lateen-e2e-'))
    const config = `{region: ${process.env.AWS_REGION}, s3Url: "${endpoint}"}`
    const objectStorage = `{bucket: ${bucket.env.LATEEN_BUCKET.slice('s3://'.length)}}`
    const location = `{name: archive, provider: aws, objectStorage: ${objectStorage}, config: ${config}, accessMode: ReadOnly}`
    await writeFile(join(cwd, 'lateen.yaml'), `locations: [${location}]`)
    const before = await contents(bucket)
    const env = { LATEEN_BUCKET: undefined, LATEEN_S3_URL: undefined }
    const refused = await lateen('backup create a', env, cwd)
    expectRefused(refused, 2, 'backup storage location archive is currently in read-only mode')
    await expectReadable(env, cwd)
    expect(await contents(bucket)).toEqual(before)
  })

  describe('in a bucket that others use too', () => {
    test('a damaged record is told of, and hides no other backup', async () => {
      await bucket.store.put('backups/damaged/velero-backup.json', '{"kind": "Back')
      const { code, stdout, stderr } = await lateen('backup get', bucket.env)
      expect(code).toBe(1)
      expect(stdout).toMatch(/^good +Completed /m)
      expect(stderr).toMatch(
        /^An error occurred: "backups\/damaged\/velero-backup.json" is no record of a backup: .*\n$/,
      )
      expectRefused(await lateen('backup get damaged', bucket.env), 1, 'backups/damaged/velero-backup.json')
      await expectReadable(bucket.env)
      await bucket.store.delete(['backups/damaged/velero-backup.json'])
    })

    test('a top-level folder that Velero would not bear keeps backups from being written, not from being read', async () => {
      await bucket.store.put('photos/2026.jpg', 'x')
      const before = await contents(bucket)
      const invalid = 'Backup store contains invalid top-level directories: [photos]'
      expectRefused(await lateen('backup create a', bucket.env), 2, invalid)
      expect(await contents(bucket)).toEqual(before)
      await expectReadable(bucket.env)
    })
  })
})
