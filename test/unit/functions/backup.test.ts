import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { handler } from '../../../functions/backup.ts'
import { openStore } from '../../../lib/store/open.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { type FunctionWorld, openFunctionWorld } from '../../helpers/function-world.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'

// Read when the function is loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
  process.env.POWERTOOLS_METRICS_DISABLED = 'true'
})

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 } as Context

describe('the backup function', () => {
  let world: FunctionWorld
  beforeAll(async () => {
    world = await openFunctionWorld([namespace('shop'), configMap('shop/web')])
  })
  afterAll(() => world[Symbol.asyncDispose]())

  it('makes the backup that its environment and a direct call ask for', async () => {
    const answer = await handler(manifest('direct', { includedNamespaces: ['shop'] }), context)
    expect(answer).toMatchObject({
      name: 'direct',
      uid: 'uid-of-direct',
      phase: 'Completed',
      how: 'finished',
      errors: [],
    })
    const store = await openStore({ spec: { provider: 'file', objectStorage: { bucket: world.bucket } } })
    const { list } = await readBackupFiles(store, 'direct')
    expect(list['v1/ConfigMap']).toContain('shop/web')
  })

  it('looks at the schedules of its locations', async () => {
    expect(await handler({ kind: 'ScheduleList', apiVersion: 'velero.io/v1' }, context)).toEqual([
      { location: 'default', sent: [], problems: [] },
    ])
  })

  it('works messages off, and says which come again', async () => {
    const record = (messageId: string, body: string) => ({
      messageId,
      receiptHandle: 'h',
      eventSource: 'aws:sqs',
      body,
    })
    const event = {
      Records: [
        record('good', JSON.stringify(manifest('queued', { includedNamespaces: ['shop'] }))),
        record('bad', '{'),
      ],
    }
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] })
    expect(await handler(manifest('queued', { includedNamespaces: ['shop'] }), context)).toMatchObject({
      how: 'acknowledged',
      phase: 'Completed',
    })
  })
})
