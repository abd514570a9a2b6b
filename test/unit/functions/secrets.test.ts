import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Context } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { handler as backup } from '../../../functions/backup.ts'
import { handler as gc } from '../../../functions/gc.ts'
import { handler as restore } from '../../../functions/restore.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../playground/cluster/cluster.ts'
import type { Fault } from '../../../playground/cluster/faults.ts'
import { printedBy } from '../../helpers/printed.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'
import { batch, record } from '../jobs/invocation.ts'

// Read when the functions are loaded.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG'
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANplantedclientkey\n-----END PRIVATE KEY-----\n'

/** All that must be seen nowhere but in the cluster, in the archive, and where it was given. */
const PLANTED = {
  password: 'planted-password-of-the-shop',
  'a PIN': '0815',
  'a certificate': '-----BEGIN KEY-----\nplantedlineofthecertificate\n-----END KEY-----\n',
  token: 'plantedkubeconfigtoken',
  'client key': KEY,
  'AWS secret key': 'plantedAwsSecretKey0123456789',
  'AWS session token': 'plantedAwsSessionToken0123456789',
  'token of a webhook': 'plantedWebhookToken',
  'what was sent by mistake': 'plantedSentByMistake',
}

/** In each form in which it may be printed; a short one can't be told from other digits but in quotes. */
const FORMS = Object.entries(PLANTED).flatMap(([what, value]) => {
  const lines = value.split('\n').filter(line => line.includes('planted'))
  const forms =
    value.length < 8 ? [`"${value}"`, `\\"${value}\\"`] : [value, base64(value), base64(value).slice(0, 24), ...lines]
  return forms.map(form => [what, form] as const)
})

const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 900_000 } as Context

const secret = {
  ...{ kind: 'Secret', apiVersion: 'v1', metadata: { name: 'db', namespace: 'shop' }, type: 'Opaque' },
  data: {
    password: base64(PLANTED.password),
    pin: base64(PLANTED['a PIN']),
    cert: base64(PLANTED['a certificate']),
  },
}

/** What an API server or a webhook says of a Secret that it refuses. */
const refusal = (code: number, text: string): Fault => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: text, reason: 'Invalid', code }),
})

let cluster: EmbeddedCluster
let queue: Server
let folder: string
let reasons: string[]
let fault: ((request: { method: string; path: string }) => Fault | undefined) | undefined
/** What the webhook answers. */
let hook: number

beforeAll(async () => {
  cluster = await startEmbeddedCluster({ faults: request => fault?.(request) })
  cluster.seed([namespace('shop'), configMap('shop/web'), secret])
  reasons = []
  // Queues, and the webhook.
  queue = createServer(async (request, response) => {
    const text = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString('utf8')
    if (request.url?.startsWith('/hook')) return response.writeHead(hook).end(`no ${request.url}`)
    const sent = JSON.parse(text) as { MessageBody: string; MessageAttributes?: { reason: { StringValue: string } } }
    if (sent.MessageAttributes) reasons.push(sent.MessageAttributes.reason.StringValue)
    const MD5OfMessageBody = createHash('md5').update(sent.MessageBody).digest('hex')
    return response.end(JSON.stringify({ MessageId: 'm', MD5OfMessageBody }))
  })
  await new Promise<void>(resolve => queue.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await cluster.stop()
  queue.closeAllConnections()
  queue.close()
})

beforeEach(async () => {
  const origin = `http://127.0.0.1:${(queue.address() as AddressInfo).port}`
  folder = await mkdtemp(join(tmpdir(), 'lateen-secrets-'))
  await mkdir(join(folder, 'bucket'))
  const config = {
    locations: [{ name: 'main', provider: 'file', objectStorage: { bucket: 'bucket' } }],
    notifications: [
      {
        webhook: `${origin}/hook/${PLANTED['token of a webhook']}`,
        phases: ['Completed', 'PartiallyFailed', 'Failed'],
      },
    ],
  }
  await writeFile(join(folder, 'lateen.yaml'), JSON.stringify(config))
  vi.stubEnv('LATEEN_CONFIG', join(folder, 'lateen.yaml'))
  vi.stubEnv('LATEEN_BACKUP_QUEUE_URL', `${origin}/backup`)
  vi.stubEnv('LATEEN_RESTORE_QUEUE_URL', `${origin}/restore`)
  vi.stubEnv('LATEEN_GC_QUEUE_URL', `${origin}/gc`)
  vi.stubEnv('LATEEN_DEAD_LETTER_QUEUE_URL', `${origin}/dead`)
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', origin)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', PLANTED['AWS secret key'])
  vi.stubEnv('AWS_SESSION_TOKEN', PLANTED['AWS session token'])
  vi.stubEnv('LATEEN_KUBECONFIG_TEXT', cluster.kubeconfig)
  fault = undefined
  hook = 200
  reasons.length = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** By the queue, for the `received`th time; what was thrown counts as printed, for Lambda prints it. */
function sent(handler: (event: object, context: Context) => Promise<unknown>, body: unknown, received = 1) {
  return printedBy(async () => {
    await handler(batch(record('m', body, received)), context).catch(error => process.stderr.write(shown(error)))
    if (typeof body === 'object')
      await handler(body as object, context).catch(error => process.stderr.write(shown(error)))
  })
}

const shown = (error: Error) => `${error.stack} ${JSON.stringify({ ...error, cause: error.cause })}\n`

/** Everything in the bucket, as text, but for the archives, whose purpose it is to hold it. */
async function written(): Promise<string> {
  const entries = await readdir(join(folder, 'bucket'), { recursive: true, withFileTypes: true }).catch(() => [])
  const texts = entries
    .filter(entry => entry.isFile() && !entry.name.endsWith('.tar.gz'))
    .map(async entry => {
      const bytes = await readFile(join(entry.parentPath, entry.name))
      return (entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
    })
  return (await Promise.all(texts)).join('\n')
}

async function expectNothing(printed: string): Promise<void> {
  expect(printed).not.toBe('')
  const places = { printed, bucket: await written(), 'dead letters': reasons.join('\n') }
  for (const [place, text] of Object.entries(places))
    for (const [what, form] of FORMS) expect(text.includes(form), `${what} in ${place}: ${form}`).toBe(false)
}

const request = (name: string) => manifest(name, { includedNamespaces: ['shop'] })
const into = (name: string) => ({
  kind: 'Restore',
  apiVersion: 'velero.io/v1',
  metadata: { name, uid: `uid-of-${name}` },
  spec: { backupName: 'b', namespaceMapping: { shop: name } },
})

describe('no secret is printed, kept in a bucket beside the archive, or given as a reason', () => {
  it('where all goes well', async () => {
    const printed = [
      await sent(backup, request('b')),
      await sent(restore, into('r')),
      await printedBy(() =>
        gc(batch(record('m', { kind: 'BackupStorageLocation', metadata: { name: 'main' } })), context),
      ),
    ].join('')
    expect(await written()).toMatch(/"phase": "Completed"/)
    await expectNothing(printed)
  })

  it('where a webhook is away, or its URL is revoked', async () => {
    hook = 404
    const printed = await sent(backup, request('b'))
    expect(printed).toContain('it answered 404')
    await expectNothing(printed)
  })

  it.each([
    ['refuses them and quotes them', 422, [PLANTED.password, base64(PLANTED.password)]],
    ['forbids them and quotes them', 403, [JSON.stringify(PLANTED['a PIN']), PLANTED.password]],
  ])(
    'where the API server %s',
    async (_, code, quoted) => {
      await sent(backup, request('b'))
      fault = ({ method, path }) =>
        method === 'POST' && path.includes('/secrets')
          ? refusal(code, `Secret "db" is invalid: data: Invalid value: ${quoted.join(' and ')}: denied the request`)
          : undefined
      const printed = await sent(restore, into('q'))
      expect(await written()).toMatch(/denied the request/)
      await expectNothing(printed)
    },
    120_000,
  )

  it.each([
    ['is cut off in a token', (text: string) => text.slice(0, text.indexOf(PLANTED.token) + 12)],
    ['has an alias for a token', (text: string) => text.replace(`"${PLANTED.token}"`, `*${PLANTED.token}`)],
    ['has a tag for a token', (text: string) => text.replace(`"${PLANTED.token}"`, `!${PLANTED.token} {`)],
    ['has a token that is none', (text: string) => text.replace(`"${PLANTED.token}"`, `["${PLANTED.token}"]`)],
    ['has a token that no header takes', (text: string) => text.replace(PLANTED.token, `${PLANTED.token}\\n`)],
    ['has a key without quotes', (text: string) => text.replace(`"${base64(KEY)}"`, `"${base64(KEY)}`)],
    ['has a key that is none', (text: string) => text],
    ['leads nowhere', (text: string) => text.replace(/"server": "[^"]*"/, '"server": "https://127.0.0.1:1"')],
    [
      'has a password in its address',
      (text: string) => text.replace(/"server": "[^"]*"/, `"server": "https://a:${PLANTED.token}@127.0.0.1:1"`),
    ],
    ['holds another token', (text: string) => text.replace(`,\n        "client-key-data": "${base64(KEY)}"`, '')],
  ])('where a kubeconfig %s', async (_, breaks) => {
    const text = cluster.kubeconfig.replace(
      `"${cluster.token}"`,
      `"${PLANTED.token}",\n        "client-key-data": "${base64(KEY)}"`,
    )
    expect(text).toContain(PLANTED.token)
    vi.stubEnv('LATEEN_KUBECONFIG_TEXT', breaks(text))
    await expectNothing(await sent(backup, request('b'), 8))
  })

  it.each([
    ['a text', `{"kind": "Backup", ${PLANTED['what was sent by mistake']}`],
    ['a short one', PLANTED['what was sent by mistake']],
    ['a Secret', { ...secret, stringData: { a: PLANTED['what was sent by mistake'] } }],
    ['a field that no Backup has', { ...request('b'), token: PLANTED['what was sent by mistake'] }],
  ])('where %s was sent that is no request', async (_, body) => {
    const printed = await sent(backup, body)
    expect(reasons).toHaveLength(1)
    await expectNothing(printed)
  })
})
