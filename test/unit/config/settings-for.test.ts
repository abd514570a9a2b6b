import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../lib/config/load.ts'
import { settingsFor } from '../../../lib/config/settings-for.ts'
import { sources, withFile } from './sources.ts'

const two = `
clusters:
  - { name: prod, context: prod, location: prod }
  - { name: staging, context: staging, location: staging, maxConcurrency: 4, concurrentBackups: 3 }
locations:
  - { name: prod, provider: aws, default: true, objectStorage: { bucket: b, prefix: clusters/prod } }
  - { name: staging, provider: aws, objectStorage: { bucket: b, prefix: clusters/staging } }
  - { name: dr, provider: aws, objectStorage: { bucket: dr } }
`
const config = () => loadConfig(withFile(two))

describe('the settings for a cluster', () => {
  it('are those of the cluster that a message names, with its location', async () => {
    const { cluster, location } = settingsFor(await config(), 'staging')
    expect(cluster).toEqual({ name: 'staging', context: 'staging', maxConcurrency: 4, concurrentBackups: 3 })
    expect(location.name).toBe('staging')
  })

  it('must be asked for by name where there are several clusters', async () => {
    const all = await config()
    expect(() => settingsFor(all)).toThrow('2 clusters are configured (prod, staging) and none was chosen')
  })

  it('are refused for a name that is not configured, with the nearest', async () => {
    const all = await config()
    expect(() => settingsFor(all, 'stagin')).toThrow(
      'no cluster is called "stagin" (did you mean "staging"?); configured: prod, staging',
    )
  })

  it('take a free location by name, but not one of another cluster, nor an unknown one', async () => {
    const all = await config()
    expect(settingsFor(all, 'prod', 'dr').location.name).toBe('dr')
    expect(() => settingsFor(all, 'prod', 'staging')).toThrow('belongs to the cluster "staging"')
    expect(() => settingsFor(all, 'prod', 'prdo')).toThrow(
      'backupstoragelocations.velero.io "prdo" not found (did you mean "prod"?)',
    )
  })

  it('take a location of another cluster where nothing is written to it', async () => {
    const readOnly = await loadConfig(withFile(two, { env: { LATEEN_READ_ONLY: 'true' } }))
    const { location } = settingsFor(readOnly, 'prod', 'staging')
    expect(location).toMatchObject({ name: 'staging', spec: { accessMode: 'ReadOnly' } })
    const marked = two.replace('name: staging, provider: aws', 'name: staging, provider: aws, accessMode: ReadOnly')
    expect(settingsFor(await loadConfig(withFile(marked)), 'prod', 'staging').location.name).toBe('staging')
  })

  it('know an EKS cluster from the environment by its EKS name', async () => {
    const env = { LATEEN_BUCKET: 's3://b', LATEEN_EKS_CLUSTER: 'prod' }
    const only = await loadConfig(sources({ env }))
    expect(settingsFor(only, 'prod').cluster.eks?.cluster).toBe('prod')
    expect(() => settingsFor(only, 'other')).toThrow('no cluster is called "other"')
  })

  it('need a default where several locations fit', async () => {
    const locations = two.slice(two.indexOf('locations:')).replace('default: true, ', '')
    const all = await loadConfig(withFile(locations))
    expect(() => settingsFor(all)).toThrow('3 locations are configured (prod, staging, dr) and none is the default')
  })
})

describe('clusters that would share a place', () => {
  it('are refused for the same bucket and prefix', async () => {
    const same = two.replace('prefix: clusters/staging', 'prefix: /clusters/prod/')
    await expect(loadConfig(withFile(same))).rejects.toThrow(
      'the clusters "prod" and "staging" would write to the same bucket and prefix (b/clusters/prod)',
    )
  })

  it('are refused for a prefix inside the other one, which Velero takes for a broken location', async () => {
    const nested = two.replace('prefix: clusters/staging', 'prefix: clusters/prod/staging')
    await expect(loadConfig(withFile(nested))).rejects.toThrow('a prefix inside the other one')
  })

  it('are fine with prefixes that only begin alike, and with one bucket name at two endpoints', async () => {
    await loadConfig(withFile(two.replace('clusters/staging', 'clusters/prod-2')))
    const endpoint = 'prefix: clusters/prod }, config: { s3Url: "http://minio" }'
    await loadConfig(withFile(two.replace('prefix: clusters/staging }', endpoint)))
  })

  it('are fine where neither of them writes there', async () => {
    await loadConfig(withFile(two, { env: { LATEEN_BUCKET: 's3://one', LATEEN_READ_ONLY: 'true' } }))
    const readOnly = two
      .replace('prefix: clusters/staging', 'prefix: clusters/prod')
      .replaceAll('provider: aws', 'provider: aws, accessMode: ReadOnly')
    await loadConfig(withFile(readOnly))
  })

  it('are refused when a variable gives all of them one bucket, and allowed for one run by --bucket', async () => {
    await expect(loadConfig(withFile(two, { env: { LATEEN_BUCKET: 's3://one' } }))).rejects.toThrow('the same bucket')
    const one = await loadConfig(withFile(two, { flags: { bucket: 's3://one' } }))
    expect(settingsFor(one, 'staging').location.spec.objectStorage.bucket).toBe('one')
  })
})
