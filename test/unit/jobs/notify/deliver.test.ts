import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NotificationSettings, TargetKind } from '../../../../lib/config/notifications.ts'
import { deliver } from '../../../../lib/jobs/notify/deliver.ts'
import { NotDeliveredError } from '../../../../lib/jobs/notify/errors.ts'
import { type Notice, noticeOf } from '../../../../lib/jobs/notify/notice.ts'
import { postWebhook } from '../../../../lib/jobs/notify/webhook.ts'
import type { Backup } from '../../../../lib/velero/types.ts'
import { manifest } from '../../../helpers/world.ts'

const record: Backup = {
  ...manifest('nightly-1', {}, 'u-1'),
  status: {
    phase: 'PartiallyFailed',
    ...{ startTimestamp: '2026-11-22T03:00:00Z', completionTimestamp: '2026-11-22T03:02:00Z' },
    ...{ errors: 2, warnings: 1, progress: { totalItems: 12, itemsBackedUp: 10 } },
  },
}
record.metadata.annotations = { 'lateen.io/cluster': 'prod' }
record.metadata.labels = { 'velero.io/schedule-name': 'nightly' }
const location = {
  name: 'main',
  spec: { provider: 'aws', objectStorage: { bucket: 'b', prefix: 'p' }, config: { region: 'eu-central-1' } },
}
const ended = {
  record,
  ended: '2026-11-22T03:02:01Z',
  errors: ['shop: resource: /pods name: /web message: /no pods error: /timeout', 'no nodes'],
  warnings: ['hooks'],
}
const notice: Notice = noticeOf(ended, location, undefined)

interface Seen {
  method?: string | undefined
  path?: string | undefined
  headers: IncomingMessage['headers']
  body: string
}

let server: Server
let origin: string
let seen: Seen[]
/** What the server answers, by path. */
let answers: Record<string, { status: number; body?: string; headers?: Record<string, string> } | 'never'>
beforeEach(async () => {
  seen = []
  answers = {}
  server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>)
    seen.push({
      ...{ method: request.method, path: request.url, headers: request.headers },
      body: Buffer.concat(chunks).toString('utf8'),
    })
    const answer = answers[request.url ?? ''] ?? { status: 200 }
    if (answer === 'never') return
    response.writeHead(answer.status, answer.headers).end(answer.body ?? 'ok')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  vi.stubEnv('AWS_ENDPOINT_URL', origin)
  vi.stubEnv('AWS_REGION', 'eu-west-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA-KEY')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'the-secret-key')
  vi.stubEnv('AWS_SESSION_TOKEN', 'the-session-token')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

const to = (kind: TargetKind, value: string): NotificationSettings => ({ target: { kind, value }, phases: ['Failed'] })

describe('a webhook', () => {
  it('gets the documented JSON, with a sentence that Slack shows', async () => {
    await deliver(to('webhook', `${origin}/hook/T0KEN`), notice)
    expect(seen).toMatchObject([
      { method: 'POST', path: '/hook/T0KEN', headers: { 'content-type': 'application/json' } },
    ])
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      version: 1,
      text: 'Backup nightly-1 of cluster prod: PartiallyFailed (2 errors, 1 warning): pods shop/web: no pods: timeout',
      ...{ kind: 'Backup', name: 'nightly-1', uid: 'u-1', phase: 'PartiallyFailed', cluster: 'prod' },
      ...{ location: 'main', schedule: 'nightly' },
      ...{ started: '2026-11-22T03:00:00Z', ended: '2026-11-22T03:02:00Z', items: 10, warnings: 1, errors: 2 },
      findings: { errors: ['pods shop/web: no pods: timeout', 'no nodes'], warnings: ['hooks'] },
      report: {
        url: 's3://b/p/backups/nightly-1/velero-backup.json',
        results: 's3://b/p/backups/nightly-1/nightly-1-results.gz',
        console:
          'https://eu-central-1.console.aws.amazon.com/s3/object/b?region=eu-central-1&prefix=p/backups/nightly-1/velero-backup.json',
      },
      command: 'lateen backup describe nightly-1 --details --cluster prod',
    })
  })

  it.each([
    ['is busy', { status: 503 }, true],
    ['asks for less', { status: 429 }, true],
    ['does not know the URL any more', { status: 404 }, false],
    ['leads elsewhere', { status: 302, headers: { location: '/elsewhere' } }, false],
  ])('that %s has not been told, and its URL is in no message', async (_, answer, passing) => {
    answers['/hook/T0KEN'] = answer
    const error = await deliver(to('webhook', `${origin}/hook/T0KEN`), notice).catch(error => error)
    expect(error).toBeInstanceOf(NotDeliveredError)
    expect(error).toMatchObject({ passing, message: `it answered ${answer.status}` })
    expect(seen.map(({ path }) => path)).toEqual(['/hook/T0KEN'])
  })

  it('that does not answer is not waited for', async () => {
    answers['/hook/T0KEN'] = 'never'
    await expect(postWebhook(`${origin}/hook/T0KEN`, notice, 50)).rejects.toMatchObject({
      ...{ passing: true, message: "it can't be reached: no answer within 0.05 s" },
    })
  })

  it('that is not there tells why, without its URL', async () => {
    const closed = await new Promise<number>(resolve => {
      const other = createServer().listen(0, '127.0.0.1', () => {
        const { port } = other.address() as AddressInfo
        other.close(() => resolve(port))
      })
    })
    const error = await deliver(to('webhook', `http://127.0.0.1:${closed}/hook/T0KEN`), notice).catch(error => error)
    expect(error).toMatchObject({ passing: true, message: "it can't be reached: ECONNREFUSED" })
    expect(JSON.stringify([error.message, error.cause ?? '', error.next ?? ''])).not.toContain('T0KEN')
  })

  it('from a secret is posted to', async () => {
    answers['/'] = { status: 200, body: JSON.stringify({ SecretString: `${origin}/hook/T0KEN\n` }) }
    await deliver(to('webhookSecret', 'lateen/slack'), notice)
    expect(seen.map(({ path }) => path)).toEqual(['/', '/hook/T0KEN'])
    expect(seen[0]).toMatchObject({
      headers: {
        'x-amz-target': 'secretsmanager.GetSecretValue',
        authorization: expect.stringMatching(/Credential=AKIA-KEY\/\d{8}\/eu-west-1\/secretsmanager\/aws4_request/),
      },
      body: '{"SecretId":"lateen/slack"}',
    })
  })

  it('whose secret holds something else is told of without it', async () => {
    answers['/'] = { status: 200, body: JSON.stringify({ SecretString: 'http://evil.example.com/T0KEN' }) }
    await expect(deliver(to('webhookSecret', 'lateen/slack'), notice)).rejects.toMatchObject({
      message: 'its URL must begin with https://',
    })
  })
})

describe('an SNS topic', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:lateen'

  it('gets a mail for people, with attributes to filter by', async () => {
    await deliver(to('topic', arn), notice)
    const form = Object.fromEntries(new URLSearchParams(seen[0]?.body))
    expect(form).toMatchObject({ Action: 'Publish', TopicArn: arn })
    expect(form.Subject).toBe('Lateen: PartiallyFailed: Backup nightly-1 of prod')
    expect(form.Message).toContain('Command: lateen backup describe nightly-1 --details --cluster prod')
    const names = Object.keys(form).filter(key => key.endsWith('.Name'))
    const attributes = names.map(key => [form[key], form[key.replace('.Name', '.Value.StringValue')]])
    expect(Object.fromEntries(attributes)).toEqual({
      ...{ kind: 'Backup', phase: 'PartiallyFailed', cluster: 'prod', schedule: 'nightly', location: 'main' },
    })
    expect(seen[0]?.headers.authorization).toMatch(/\/eu-central-1\/sns\/aws4_request/)
  })

  it('gets a subject that SNS takes, whatever things are called', async () => {
    await deliver(to('topic', arn), { ...notice, name: 'n'.repeat(200), cluster: 'Zürich\nproduction' })
    expect(new URLSearchParams(seen[0]?.body).get('Subject')).toMatch(/^[ -~]{1,100}$/)
  })

  it('that may not be published to names the right', async () => {
    answers['/'] = {
      status: 403,
      body: '<ErrorResponse><Error><Message>not authorized</Message></Error></ErrorResponse>',
    }
    await expect(deliver(to('topic', arn), notice)).rejects.toMatchObject({
      ...{ passing: false, message: 'sns answered 403: not authorized', next: expect.stringMatching(/sns:Publish/) },
    })
  })
})

describe('an event bus', () => {
  it('gets an event with all of it', async () => {
    answers['/'] = { status: 200, body: '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}' }
    await deliver(to('eventBus', 'default'), notice)
    const { Entries } = JSON.parse(seen[0]?.body ?? '')
    expect(Entries).toMatchObject([
      { Source: 'lateen', DetailType: 'Backup PartiallyFailed', EventBusName: 'default', Time: 1795316520 },
    ])
    expect(JSON.parse(Entries[0].Detail)).toEqual(notice)
  })

  it('that takes the call and not the event was not told', async () => {
    const Entries = [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }]
    answers['/'] = { status: 200, body: JSON.stringify({ FailedEntryCount: 1, Entries }) }
    await expect(deliver(to('eventBus', 'default'), notice)).rejects.toThrow('ThrottlingException: slow down')
  })
})
