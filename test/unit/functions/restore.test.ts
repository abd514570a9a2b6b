import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { handler as backUp } from '../../../functions/backup.ts'
import { handler } from '../../../functions/restore.ts'
import { type FunctionWorld, openFunctionWorld } from '../../helpers/function-world.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'
import { batch, failures, record } from '../jobs/invocation.ts'

// Read when the functions are loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
  process.env.POWERTOOLS_METRICS_DISABLED = 'true'
})

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 } as Context

describe('the restore function', () => {
  let world: FunctionWorld
  beforeAll(async () => {
    world = await openFunctionWorld([namespace('shop'), configMap('shop/web', { colour: 'blue' })])
    await backUp(manifest('nightly', { includedNamespaces: ['shop'] }), context)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  /** A restore of the namespace into another one. */
  const into = (target: string) => ({
    kind: 'Restore',
    apiVersion: 'velero.io/v1',
    metadata: { name: `to-${target}`, uid: `uid-of-${target}` },
    spec: { backupName: 'nightly', namespaceMapping: { shop: target } },
  })
  const dataIn = async (target: string) => {
    const url = `${world.cluster.url}/api/v1/namespaces/${target}/configmaps/web`
    const response = await fetch(url, { headers: { authorization: `Bearer ${world.cluster.token}` } })
    return ((await response.json()) as { data?: object }).data
  }

  it('restores what a direct call asks for, records it in the bucket, and does so once', async () => {
    const expected = { name: 'to-direct', uid: 'uid-of-direct', phase: 'Completed', errors: [] }
    expect(await handler(into('direct'), context)).toMatchObject({ ...expected, how: 'finished' })
    expect(await dataIn('direct')).toEqual({ colour: 'blue' })
    const written = JSON.parse(await readFile(join(world.bucket, 'restores/to-direct/velero-restore.json'), 'utf8'))
    expect(written).toMatchObject({ metadata: { uid: 'uid-of-direct' }, status: { phase: 'Completed' } })
    expect(await handler(into('direct'), context)).toMatchObject({ ...expected, how: 'acknowledged' })
  })

  it('works messages off, and says which come again', async () => {
    expect(await handler(batch(record('good', into('queued')), record('bad', '{')), context)).toEqual(failures('bad'))
    expect(await dataIn('queued')).toEqual({ colour: 'blue' })
  })
})
