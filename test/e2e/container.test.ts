import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Transport } from '../../lib/cluster/types.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { placesOf } from '../../lib/config/places.ts'
import { applyManifests } from '../../playground/apply.ts'
import { type Kind, listAll, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'

const text = readFileSync(new URL('../../deploy/container/cronjobs.yaml', import.meta.url), 'utf8')
const cronJobs: Kind = { group: 'batch', version: 'v1', name: 'cronjobs' }

endToEnd('the CronJobs of deploy/container', () => {
  let transport: Transport
  beforeAll(async () => {
    transport = await openCluster()
  })
  afterAll(async () => {
    await removeNamespaces(transport, ['lateen'])
    await transport.close()
  })

  test('are taken by an API server as they are', async () => {
    expect(await applyManifests(transport, text)).toBe(5)
    const there = await listAll(transport, cronJobs, 'lateen')
    expect(there.map(({ metadata }) => metadata.name).sort()).toEqual(['lateen-backup', 'lateen-gc'])
  })

  test('bring a lateen.yaml with a schedule for the cluster that they run in', async () => {
    const configMap = parseAllDocuments(text)
      .map(document => document.toJS())
      .find(({ kind }) => kind === 'ConfigMap')
    const files = { cwd: '/config', home: '/', readFile: async () => configMap.data['lateen.yaml'] as string }
    const config = await loadConfig({ flags: {}, env: {}, ...files })
    expect(config.clusters).toEqual([{ name: 'prod', location: 'prod' }])
    expect(placesOf(config).map(({ cluster, schedules }) => [cluster, schedules.length])).toEqual([['prod', 1]])
  })
})
