import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openQueues } from '../../../lib/jobs/queue.ts'

interface Sent {
  action: string
  QueueUrl: string
  MessageBody?: string
  MessageAttributes?: { reason: { StringValue: string } }
  DelaySeconds?: number
}

describe('the queues of a function', () => {
  const sent: Sent[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const told: Sent = { action: String(request.headers['x-amz-target']).split('.')[1] ?? '', ...JSON.parse(body) }
    sent.push(told)
    // The client checks what the server says it has got.
    const MD5OfMessageBody = createHash('md5')
      .update(told.MessageBody ?? '')
      .digest('hex')
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify({ MD5OfMessageBody }))
  })
  beforeAll(async () => {
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv('AWS_REGION', 'eu-central-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  })
  beforeEach(() => void sent.splice(0))
  afterAll(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })

  const here = () => {
    const { port } = server.address() as AddressInfo
    const [own, dead] = ['own', 'dead'].map(name => `http://127.0.0.1:${port}/1/${name}`) as [string, string]
    const queues = openQueues(own, dead)
    if (queues === undefined) throw new Error('no queue')
    return { queues, own, dead }
  }

  it('are none where no queue is named, whatever is said of dead letters', () => {
    for (const none of [undefined, '']) expect(openQueues(none, 'http://127.0.0.1/1/dead')).toBeUndefined()
  })

  it('take what the function sends itself, and what is put aside, each its own', async () => {
    const { queues, own, dead } = here()
    await queues.send({ kind: 'Restore' })
    expect(await queues.bury('{', 'no JSON')).toBe(true)
    expect(sent).toMatchObject([
      { action: 'SendMessage', QueueUrl: own, MessageBody: '{"kind":"Restore"}' },
      {
        action: 'SendMessage',
        QueueUrl: dead,
        MessageBody: '{',
        MessageAttributes: { reason: { StringValue: 'no JSON' } },
      },
    ])
  })

  it('put nothing aside where there is no place for it', async () => {
    const { own } = here()
    expect(await openQueues(own, '')?.bury('{', 'no JSON')).toBe(false)
    expect(sent).toEqual([])
  })

  it('get reasons that SQS takes, whatever those quote', async () => {
    const { queues } = here()
    await queues.bury('{', `a\u0000b\u001b\uffff\ttab${'x'.repeat(2_000)}`)
    const reason = sent[0]?.MessageAttributes?.reason.StringValue ?? ''
    expect(reason).toMatch(/^a\ufffdb\ufffd\ufffd\ttabx+$/)
    expect(reason.length).toBe(1024)
  })

  it('show a message later, within the limits that SQS has', async () => {
    const { queues } = here()
    for (const seconds of [undefined, -5, 20.2, 1e6]) await queues.send({}, seconds)
    expect(sent.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 0, 21, 900])
  })
})
