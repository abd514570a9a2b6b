import { describe, expect, it } from 'vitest'
import { loadSettings } from '../../../lib/config/load.ts'
import { sources, withFile } from './sources.ts'

const file = `
clusters:
  - name: prod
    eks: { cluster: prod-eks, region: eu-central-1 }
locations:
  - name: main
    provider: aws
    objectStorage: { bucket: velero-backups, prefix: /clusters/prod/ }
    config: { region: eu-central-1, s3ForcePathStyle: true }
    credential: { file: ./keys.ini, profile: backup }
`
const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'

describe('settings from flags and environment', () => {
  it('needs no file: a bucket is enough, and the cluster is left to the rules of kubectl', async () => {
    expect(await loadSettings(sources({ flags: { bucket: 's3://b/p' } }))).toEqual({
      cluster: {},
      location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b', prefix: 'p' } } },
    })
  })

  it('takes the bucket from LATEEN_BUCKET, and rather from --bucket', async () => {
    const env = { LATEEN_BUCKET: 's3://from-env' }
    expect((await loadSettings(sources({ env }))).location.spec.objectStorage.bucket).toBe('from-env')
    const both = await loadSettings(sources({ env, flags: { bucket: 's3://from-flag' } }))
    expect(both.location.spec.objectStorage.bucket).toBe('from-flag')
  })

  it('says how to configure a bucket where none is', async () => {
    await expect(loadSettings(sources())).rejects.toMatchObject({
      message: 'no bucket is configured',
      next: expect.stringMatching(/--bucket s3:.*LATEEN_BUCKET/),
    })
  })

  it('takes an endpoint to mean path style', async () => {
    const { location } = await loadSettings(
      sources({ flags: { bucket: 's3://b', region: 'minio' }, env: { LATEEN_S3_URL: 'http://127.0.0.1:9000' } }),
    )
    expect(location.spec.config).toEqual({ s3Url: 'http://127.0.0.1:9000', s3ForcePathStyle: 'true', region: 'minio' })
  })

  it('refuses an endpoint without http or with a password in it', async () => {
    await expect(loadSettings(sources({ flags: { bucket: 's3://b', s3Url: 'minio:9000' } }))).rejects.toMatchObject({
      message: '--s3-url: "minio:9000" is not the URL of an S3 endpoint',
      next: 'Begin it with http:// or https://, such as https://minio:9000.',
    })
    await expect(loadSettings(sources({ flags: { bucket: 's3://b', s3Url: 'https://a:b@minio' } }))).rejects.toThrow(
      '--s3-url must not hold a user or password',
    )
  })

  it('reads the certificates of --cacert into the location', async () => {
    const { location } = await loadSettings(
      sources({ flags: { bucket: 's3://b', cacert: 'ca.pem' }, files: { '/work/here/ca.pem': pem } }),
    )
    expect(location.spec.objectStorage.caCert).toBe(Buffer.from(pem).toString('base64'))
  })

  it('names the flag whose file is missing or holds no certificate', async () => {
    const flags = { bucket: 's3://b', cacert: '/ca.pem' }
    await expect(loadSettings(sources({ flags }))).rejects.toThrow("--cacert: can't read /ca.pem: no such file")
    await expect(loadSettings(sources({ flags, files: { '/ca.pem': 'hello' } }))).rejects.toThrow(
      '--cacert: /ca.pem holds no certificate in PEM form',
    )
  })

  it('refuses flags for S3 with a folder, and leaves variables for S3 alone there', async () => {
    const flags = { bucket: 'file:///srv/b' }
    await expect(loadSettings(sources({ flags: { ...flags, region: 'x' } }))).rejects.toThrow(
      '--region is for buckets in S3, but backups lie in the folder /srv/b',
    )
    const { location } = await loadSettings(sources({ flags, env: { LATEEN_S3_URL: 'http://minio' } }))
    expect(location.spec).toEqual({ provider: 'file', objectStorage: { bucket: '/srv/b' } })
  })

  it('reads the cluster from the environment: EKS, or the text of a kubeconfig', async () => {
    const env = { LATEEN_BUCKET: 's3://b', LATEEN_MAX_CONCURRENCY: '32' }
    const eks = {
      LATEEN_EKS_CLUSTER: 'prod',
      LATEEN_EKS_REGION: 'eu-west-1',
      LATEEN_EKS_ROLE_ARN: 'arn:aws:iam::1:role/r',
      LATEEN_EKS_EXTERNAL_ID: 'ours',
    }
    expect((await loadSettings(sources({ env: { ...env, ...eks } }))).cluster).toEqual({
      eks: { cluster: 'prod', region: 'eu-west-1', roleArn: 'arn:aws:iam::1:role/r', externalId: 'ours' },
      maxConcurrency: 32,
    })
    const text = { LATEEN_KUBECONFIG_TEXT: 'apiVersion: v1', LATEEN_KUBECONTEXT: 'a' }
    expect((await loadSettings(sources({ env: { ...env, ...text } }))).cluster).toEqual({
      kubeconfigText: 'apiVersion: v1',
      context: 'a',
      maxConcurrency: 32,
    })
  })

  it('prefers a kubeconfig or context given by a flag to every variable', async () => {
    const env = { LATEEN_BUCKET: 's3://b', LATEEN_EKS_CLUSTER: 'prod', LATEEN_KUBECONFIG_TEXT: 'x' }
    const { cluster } = await loadSettings(sources({ env, flags: { kubeconfig: 'k.yaml', kubecontext: 'dev' } }))
    expect(cluster).toEqual({ kubeconfig: '/work/here/k.yaml', context: 'dev' })
  })

  it.each([
    [{ LATEEN_EKS_REGION: 'eu-west-1' }, 'LATEEN_EKS_REGION is set, but LATEEN_EKS_CLUSTER is not'],
    [{ LATEEN_MAX_CONCURRENCY: '0' }, 'LATEEN_MAX_CONCURRENCY: "0" is not a whole number from 1 to 9999'],
    [{ LATEEN_MAX_CONCURRENCY: 'many' }, 'LATEEN_MAX_CONCURRENCY: "many" is not a whole number from 1 to 9999'],
  ])('refuses %j', async (env, message) => {
    await expect(loadSettings(sources({ env: { LATEEN_BUCKET: 's3://b', ...env } }))).rejects.toThrow(message)
  })

  it('refuses an empty flag, and counts an empty variable as unset', async () => {
    await expect(loadSettings(sources({ flags: { bucket: '' } }))).rejects.toThrow('--bucket is empty')
    await expect(loadSettings(sources({ env: { LATEEN_BUCKET: '' } }))).rejects.toThrow('no bucket is configured')
  })
})

describe('settings from lateen.yaml', () => {
  it('reads a location as a BackupStorageLocation, paths from the folder of the file', async () => {
    expect(await loadSettings(withFile(file))).toEqual({
      cluster: { name: 'prod', eks: { cluster: 'prod-eks', region: 'eu-central-1' } },
      location: {
        name: 'main',
        credentialsFile: '/work/here/keys.ini',
        spec: {
          provider: 'aws',
          objectStorage: { bucket: 'velero-backups', prefix: 'clusters/prod' },
          config: { region: 'eu-central-1', s3ForcePathStyle: 'true', profile: 'backup' },
        },
      },
    })
  })

  it('gives way to flags and variables, one by one for S3, as a whole for the bucket and the cluster', async () => {
    const s3 = await loadSettings(withFile(file, { flags: { region: 'us-east-1' } }))
    expect(s3.location.spec.config).toMatchObject({ region: 'us-east-1', profile: 'backup' })
    const bucket = await loadSettings(withFile(file, { env: { LATEEN_BUCKET: 's3://other' } }))
    expect(bucket.location).toEqual({ name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'other' } } })
    expect(bucket.cluster.name).toBe('prod')
    const cluster = await loadSettings(withFile(file, { flags: { kubecontext: 'dev' } }))
    expect(cluster.cluster).toEqual({ context: 'dev' })
  })

  it('is found where --config or LATEEN_CONFIG say, which must exist', async () => {
    const files = { '/etc/lateen/prod.yaml': file }
    const found = await loadSettings(sources({ env: { LATEEN_CONFIG: '/etc/lateen/prod.yaml' }, files }))
    expect(found.location.credentialsFile).toBe('/etc/lateen/keys.ini')
    await expect(loadSettings(sources({ flags: { config: 'nope.yaml' } }))).rejects.toThrow(
      "--config: can't read /work/here/nope.yaml: no such file",
    )
  })

  it('reads an empty file as none', async () => {
    await expect(loadSettings(withFile('# nothing yet\n'))).rejects.toThrow('no bucket is configured')
  })

  it('resolves the home folder and folders as buckets', async () => {
    const { cluster, location } = await loadSettings(
      withFile(`
clusters: [{ name: a, kubeconfig: ~/.kube/a }]
locations: [{ name: here, provider: file, objectStorage: { bucket: ./backups } }]
`),
    )
    expect(cluster.kubeconfig).toBe('/home/ann/.kube/a')
    expect(location.spec.objectStorage.bucket).toBe('/work/here/backups')
  })
})
