import { describe, expect, it } from 'vitest'
import { loadConfig, loadSettings } from '../../../lib/config/load.ts'
import { placesOf } from '../../../lib/config/places.ts'
import { sources, withFile } from './sources.ts'

const two = `
clusters:
  - { name: prod, context: prod, location: prod }
  - { name: staging, context: staging, location: staging }
locations:
  - { name: prod, provider: aws, objectStorage: { bucket: b, prefix: clusters/prod }, retention: 'keep-daily=7' }
  - { name: staging, provider: aws, objectStorage: { bucket: b, prefix: clusters/staging }, resultsLocation: dr }
  - { name: dr, provider: aws, default: true, objectStorage: { bucket: dr } }
  - { name: old, provider: aws, accessMode: ReadOnly, objectStorage: { bucket: old } }
`
const schedules = `
schedules:
  - name: nightly
    schedule: CRON_TZ=Europe/Berlin 0 3 * * *
    template: { includeClusterResources: true, ttl: 720h }
    labels: { team: platform }
    retention: keep-daily=7,keep-monthly=12
    concurrencyPolicy: Allow
  - name: hourly
    schedule: '@hourly'
    clusters: [prod]
    paused: true
    skipImmediately: true
`
const places = async (text: string, given?: Parameters<typeof withFile>[1]) =>
  placesOf(await loadConfig(withFile(text, given)))
const named = async (text: string, given?: Parameters<typeof withFile>[1]) =>
  (await places(text, given)).map(({ location, cluster, schedules: all }) => [
    location.name,
    cluster,
    all.map(({ metadata }) => metadata.name),
  ])

describe('the places of schedules', () => {
  it('are the locations that may be written to, with their clusters and what lateen.yaml has for those', async () => {
    expect(await named(two + schedules)).toEqual([
      ['prod', 'prod', ['nightly', 'hourly']],
      ['staging', 'staging', ['nightly']],
      ['dr', undefined, []],
    ])
  })

  it('have schedules as Velero has them', async () => {
    const [prod] = await places(two + schedules)
    expect(prod?.schedules).toEqual([
      {
        kind: 'Schedule',
        apiVersion: 'velero.io/v1',
        metadata: {
          name: 'nightly',
          labels: { team: 'platform' },
          annotations: {
            'lateen.io/retention': 'keep-daily=7,keep-monthly=12',
            'lateen.io/concurrency-policy': 'Allow',
          },
        },
        spec: {
          schedule: 'CRON_TZ=Europe/Berlin 0 3 * * *',
          template: { includeClusterResources: true, ttl: '720h' },
        },
      },
      {
        kind: 'Schedule',
        apiVersion: 'velero.io/v1',
        metadata: { name: 'hourly', annotations: {} },
        spec: { schedule: '@hourly', template: {}, paused: true, skipImmediately: true },
      },
    ])
  })

  it('are the one bucket of the environment, with what the file has for its cluster', async () => {
    const env = { LATEEN_BUCKET: 's3://one', LATEEN_EKS_CLUSTER: 'prod' }
    expect(await named(two + schedules, { env })).toEqual([['default', 'prod', ['nightly', 'hourly']]])
    const alone = { LATEEN_BUCKET: 's3://one', LATEEN_KUBECONFIG_TEXT: 'x' }
    expect(await named(two + schedules, { env: alone })).toEqual([['default', undefined, ['nightly']]])
  })

  it('are there without any cluster that is configured: then the default location has the schedules', async () => {
    const locations = two.slice(two.indexOf('locations:'))
    expect(await named(locations + schedules.replace('    clusters: [prod]\n', ''))).toEqual([
      ['prod', undefined, []],
      ['staging', undefined, []],
      ['dr', undefined, ['nightly', 'hourly']],
    ])
    expect(placesOf(await loadConfig(sources({ env: { LATEEN_BUCKET: 's3://b' } })))).toEqual([
      { location: expect.objectContaining({ name: 'default' }), schedules: [] },
    ])
  })

  it('are none where nothing may be written', async () => {
    expect(await named(two + schedules, { env: { LATEEN_READ_ONLY: 'true' } })).toEqual([])
  })
})

describe('a retention in lateen.yaml', () => {
  it('is a setting of the location, and no part of its spec', async () => {
    const { location } = await loadSettings(withFile(two, { flags: { cluster: 'prod' } }))
    expect(location).toEqual({
      name: 'prod',
      retention: 'keep-daily=7',
      spec: { provider: 'aws', objectStorage: { bucket: 'b', prefix: 'clusters/prod' } },
    })
  })
})
