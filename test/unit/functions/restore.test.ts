import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { handler as backUp } from '../../../functions/backup.ts'
import { handler } from '../../../functions/restore.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../playground/cluster/cluster.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'
import { batch, failures, record } from '../jobs/invocation.ts'

// Read when the functions are loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
  process.env.POWERTOOLS_METRICS_DISABLED = 'true'
})

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 } as Context

describe('the restore function', () => {
  let cluster: EmbeddedCluster
  let bucket: string
  beforeAll(async () => {
    cluster = await startEmbeddedCluster()
    cluster.seed([namespace('shop'), configMap('shop/web', { colour: 'blue' })])
    bucket = await mkdtemp(join(tmpdir(), 'lateen-function-'))
    vi.stubEnv('LATEEN_BUCKET', pathToFileURL(bucket).href)
    vi.stubEnv('LATEEN_KUBECONFIG_TEXT', cluster.kubeconfig)
    vi.stubEnv('LATEEN_BACKUP_QUEUE_URL', '')
    vi.stubEnv('LATEEN_RESTORE_QUEUE_URL', '')
    await backUp(manifest('nightly', { includedNamespaces: ['shop'] }), context)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await cluster.stop()
    await rm(bucket, { recursive: true })
  })

  /** A restore of the namespace into another one. */
  const into = (target: string) => ({
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: { name: `to-${target}`, uid: `uid-of-${target}` },
    spec: { backupName: 'nightly', namespaceMapping: { shop: target } },
  })
  const dataIn = async (target: string) => {
    const url = `${cluster.url}/api/v1/namespaces/${target}/configmaps/web`
    const response = await fetch(url, { headers: { authorization: `Bearer ${cluster.token}` } })
    return ((await response.json()) as { data?: object }).data
  }

  it('restores what a direct call asks for, records it in the bucket, and does so once', async () => {
    const expected = { name: 'to-direct', uid: 'uid-of-direct', phase: 'Completed', errors: [] }
    expect(await handler(into('direct'), context)).toMatchObject({ ...expected, how: 'finished' })
    expect(await dataIn('direct')).toEqual({ colour: 'blue' })
    const written = JSON.parse(await readFile(join(bucket, 'restores/to-direct/velero-restore.json'), 'utf8'))
    expect(written).toMatchObject({ metadata: { uid: 'uid-of-direct' }, status: { phase: 'Completed' } })
    expect(await handler(into('direct'), context)).toMatchObject({ ...expected, how: 'acknowledged' })
  })

  it('works messages off, and says which come again', async () => {
    expect(await handler(batch(record('good', into('queued')), record('bad', '{')), context)).toEqual(failures('bad'))
    expect(await dataIn('queued')).toEqual({ colour: 'blue' })
  })
})
