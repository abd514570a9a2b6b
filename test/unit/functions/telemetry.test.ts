import type { Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { handler as backup } from '../../../functions/backup.ts'
import { handler as gc } from '../../../functions/gc.ts'
import { type FunctionWorld, openFunctionWorld } from '../../helpers/function-world.ts'
import { jsonLines, printedBy } from '../../helpers/printed.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'

// Read when the function is loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO'
})

const context = (awsRequestId: string) =>
  ({ awsRequestId, functionVersion: '7', getRemainingTimeInMillis: () => 900_000 }) as Context

const message = (messageId: string, body: unknown) => ({
  ...{ messageId, receiptHandle: 'h', eventSource: 'aws:sqs' },
  body: JSON.stringify(body),
})

interface Emf {
  _aws: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[]
  }
  [key: string]: unknown
}

describe('what the functions print', () => {
  let world: FunctionWorld
  beforeAll(async () => {
    world = await openFunctionWorld([namespace('shop'), configMap('shop/web')])
  })
  afterAll(() => world[Symbol.asyncDispose]())

  const requests = (...names: string[]) =>
    names.map(name => {
      const made = manifest(name, { includedNamespaces: ['shop'] })
      return { ...made, metadata: { ...made.metadata, labels: { 'velero.io/schedule-name': `of-${name}` } } }
    })

  it('is one object a line, each with the invocation and the run that it is about', async () => {
    const printed = await printedBy(() =>
      backup({ Records: requests('a', 'b').map(each => message(each.metadata.name, each)) }, context('r1')),
    )
    expect(printed.trim().split('\n').length).toBe(jsonLines(printed).length)
    for (const line of jsonLines(printed)) {
      expect(line).toMatchObject({ requestId: 'r1', functionVersion: '7' })
      expect(['a', 'b']).toContain(line.name)
      expect(line).toMatchObject({ uid: `uid-of-${line.name}`, schedule: `of-${line.name}`, kind: 'Backup' })
    }
  })

  it('of one invocation holds nothing of the one before', async () => {
    const [c, d] = requests('c', 'd')
    await printedBy(() => backup(c, context('r2')))
    const printed = await printedBy(() => backup(d, context('r3')))
    expect(printed).not.toMatch(/r2|uid-of-c|of-c/)
    expect(jsonLines(printed).every(({ requestId }) => requestId === 'r3')).toBe(true)
  })

  it('is metrics of a run by function only, with what it is about beside them', async () => {
    const printed = await printedBy(() => backup(requests('e')[0], context('r4')))
    const [line, ...others] = jsonLines(printed).filter(each => '_aws' in each) as unknown as Emf[]
    expect(others).toEqual([])
    expect(line).toMatchObject({ service: 'backup', Completed: 1, Warnings: 0, Errors: 0, Retries: 0, Throttles: 0 })
    expect(line).toMatchObject({ name: 'e', uid: 'uid-of-e', schedule: 'of-e', requestId: 'r4' })
    expect(line?.Items).toBeGreaterThan(0)
    expect(line?.Bytes).toBeGreaterThan(0)
    const [{ Namespace, Dimensions, Metrics }] = line?._aws.CloudWatchMetrics as [Emf['_aws']['CloudWatchMetrics'][0]]
    expect([Namespace, Dimensions]).toEqual(['Lateen', [['service']]])
    expect(Object.fromEntries(Metrics.map(({ Name, Unit }) => [Name, Unit]))).toEqual({
      ...{ Completed: 'Count', Duration: 'Milliseconds', Items: 'Count', Bytes: 'Bytes' },
      ...{ Warnings: 'Count', Errors: 'Count', Retries: 'Count', Throttles: 'Count' },
    })
  })

  it('counts no run twice that comes twice', async () => {
    const printed = await printedBy(() => backup(requests('e')[0], context('r5')))
    expect(jsonLines(printed).filter(each => '_aws' in each)).toEqual([])
  })

  it.each([
    ['backup', { kind: 'ScheduleList', apiVersion: 'velero.io/v1' }, backup],
    ['gc', { kind: 'BackupStorageLocationList', apiVersion: 'velero.io/v1' }, gc],
  ])('counts each event of a timer, of the %s function', async (service, event, handler) => {
    const printed = await printedBy(() => handler(event, context('r6')))
    expect(jsonLines(printed).filter(each => each.Timers === 1)).toMatchObject([{ service }])
  })

  it('says why an invocation failed', async () => {
    const printed = await printedBy(() => expect(backup({ kind: 'Pod' }, context('r7'))).rejects.toThrow())
    expect(jsonLines(printed)).toMatchObject([
      { level: 'ERROR', requestId: 'r7', error: expect.stringMatching(/kind/) },
    ])
  })
})
