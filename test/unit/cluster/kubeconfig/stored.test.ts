import { mkdtemp } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connect } from '../../../../lib/cluster/connect.ts'
import { ApiError, type ConnectionSettings } from '../../../../lib/cluster/types.ts'
import { serverVersion } from '../../../../lib/cluster/version.ts'
import { LateenError } from '../../../../lib/velero/errors.ts'
import { fakeApi, json } from '../fake-api.ts'
import { fakeClock } from '../fake-clock.ts'

const version = { major: '1', minor: '36', gitVersion: 'v1.36.3' }
const PLANTED = 'planted-SECRET-do-not-tell'

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  vi.stubEnv('AWS_SESSION_TOKEN', 'session')
})
afterEach(() => vi.unstubAllEnvs())

const kubeconfig = (server: string, token: string, more: { user?: object; cluster?: object } = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server, ...more.cluster } }],
    users: [
      { name: 'u', user: { token, ...more.user } },
      { name: 'v', user: { token: 'other' } },
    ],
    contexts: [
      { name: 'prod', context: { cluster: 'c', user: 'u' } },
      { name: 'staging', context: { cluster: 'c', user: 'v' } },
    ],
    'current-context': 'prod',
  })

interface Asked {
  target: string
  region: string
  body: unknown
}

/** Both services; `values`: what a read gives, one after the other, then the last one. */
async function keeper(...values: (object | [status: number, answer: object])[]) {
  const asked: Asked[] = []
  const api = await fakeApi(async (request: IncomingMessage, response) => {
    const body = JSON.parse(await text(request))
    const [, region = ''] = /Credential=AKIDEXAMPLE\/\d+\/([\w-]+)\//.exec(String(request.headers.authorization)) ?? []
    asked.push({ target: String(request.headers['x-amz-target']), region, body })
    const value = values[Math.min(asked.length, values.length) - 1] ?? {}
    if (Array.isArray(value)) json(response, value[1], value[0])
    else json(response, value)
  })
  return Object.assign(api, { asked })
}

const secret = (value: string) => ({ SecretString: value })
const parameter = (value: string) => ({ Parameter: { Value: value } })

async function reach(settings: ConnectionSettings, env: NodeJS.ProcessEnv) {
  const home = await mkdtemp(join(tmpdir(), 'lateen-'))
  const clock = fakeClock({ skip: true })
  return connect(settings, { env, home, serviceAccount: join(home, 'none'), clock, random: () => 0 })
}

const inFrankfurt = (url: string) => ({ AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: url })

/** What is told of a failure, all of it. */
async function failure(
  settings: ConnectionSettings,
  env: NodeJS.ProcessEnv,
): Promise<{ error: LateenError; told: string }> {
  const error = await reach(settings, env).then(
    () => new Error('it was reached'),
    caught => caught as LateenError,
  )
  const causes: unknown[] = []
  for (let each: unknown = error; each instanceof Error; each = each.cause) causes.push(each.message, each.stack)
  return { error: error as LateenError, told: [...causes, (error as LateenError).next].join('\n') }
}

test.each([
  [
    'secret',
    { kubeconfigSecret: 'prod/kubeconfig' },
    secret,
    'secretsmanager.GetSecretValue',
    { SecretId: 'prod/kubeconfig' },
  ],
  [
    'parameter',
    { kubeconfigParameter: '/prod/kubeconfig' },
    parameter,
    'AmazonSSM.GetParameter',
    { Name: '/prod/kubeconfig', WithDecryption: true },
  ],
])('a kubeconfig in a %s is read once, and reaches its cluster', async (word, settings, value, target, body) => {
  await using api = await fakeApi((request, response) =>
    json(response, { ...version, gitVersion: request.headers.authorization }),
  )
  await using aws = await keeper(value(kubeconfig(api.url, 'good')))
  const connection = await reach(settings, inFrankfurt(aws.url))
  expect((await serverVersion(connection.transport)).gitVersion).toBe('Bearer good')
  await serverVersion(connection.transport)
  expect(aws.asked).toEqual([{ target, region: 'eu-central-1', body }])
  expect(connection.name).toBe('prod')
  expect(connection.credentials).toBe(`token, from the ${word} "${Object.values(settings)[0]}"`)
  await connection.transport.close()
})

test('a binary secret counts as text, and the context is the one that is named', async () => {
  await using api = await fakeApi((request, response) =>
    json(response, { ...version, gitVersion: request.headers.authorization }),
  )
  const SecretBinary = Buffer.from(kubeconfig(api.url, 'good')).toString('base64')
  await using aws = await keeper({ SecretBinary })
  const { transport } = await reach({ kubeconfigSecret: 's', context: 'staging' }, inFrankfurt(aws.url))
  expect((await serverVersion(transport)).gitVersion).toBe('Bearer other')
  await transport.close()
})

test.each([
  ['an ARN', { kubeconfigSecret: 'arn:aws:secretsmanager:us-west-2:1:secret:k' }, {}, 'us-west-2'],
  ['AWS_REGION', { kubeconfigSecret: 'k' }, { AWS_REGION: 'eu-west-1' }, 'eu-west-1'],
  ['AWS_DEFAULT_REGION', { kubeconfigParameter: 'k' }, { AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-2'],
])('the region is that of %s, and the endpoint of the service comes before the one for all', async (_, settings, env, region) => {
  await using aws = await keeper([400, { __type: 'InvalidRequestException' }])
  const own = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    AWS_ENDPOINT_URL_SSM: aws.url,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  }
  await failure(settings, { ...env, ...own })
  expect(aws.asked.map(each => each.region)).toEqual([region])
})

test('without any region it says what to set', async () => {
  const { error } = await failure({ kubeconfigSecret: 'k' }, {})
  expect(error.message).toBe('the region of the secret "k" is missing')
  expect(error.next).toContain('AWS_REGION')
})

test.each([
  [
    { kubeconfigSecret: 'k' },
    'AccessDeniedException',
    'User: x is not authorized to perform: secretsmanager:GetSecretValue on resource: k',
    'secretsmanager:GetSecretValue',
  ],
  [{ kubeconfigSecret: 'k' }, 'AccessDeniedException', 'Access to KMS is not allowed', 'kms:Decrypt'],
  [
    { kubeconfigSecret: 'k' },
    'DecryptionFailure',
    "Secrets Manager can't decrypt the protected secret text",
    'kms:Decrypt',
  ],
  [
    { kubeconfigSecret: 'k' },
    'ResourceNotFoundException',
    "Secrets Manager can't find the specified secret.",
    'Check the name and the region',
  ],
  [
    { kubeconfigParameter: 'k' },
    'AccessDeniedException',
    'User: x is not authorized to perform: ssm:GetParameter on resource: k',
    'ssm:GetParameter',
  ],
  [
    { kubeconfigParameter: 'k' },
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist',
    'kms:Decrypt',
  ],
  [{ kubeconfigParameter: 'k' }, 'ParameterNotFound', undefined, 'Check the name and the region'],
])('%j refused with %s (%s): the right or name that is wrong', async (settings, type, message, next) => {
  await using aws = await keeper([400, { __type: `com.amazonaws#${type}`, message }])
  const { error } = await failure(settings, inFrankfurt(aws.url))
  expect(error.constructor.name).toBe('StoredKubeconfigError')
  expect(error.message).toContain(type)
  expect(error.next).toContain(next)
})

test('throttling is waited for', async () => {
  await using api = await fakeApi((_, response) => json(response, version))
  const throttled: [number, object] = [400, { __type: 'ThrottlingException' }]
  await using aws = await keeper(throttled, throttled, secret(kubeconfig(api.url, 'good')))
  const { transport } = await reach({ kubeconfigSecret: 'k' }, inFrankfurt(aws.url))
  expect(aws.asked).toHaveLength(3)
  await transport.close()
})

test('a service that cannot be reached points at the VPC', async () => {
  const closed = await fakeApi(() => {})
  await closed[Symbol.asyncDispose]()
  const { error } = await failure({ kubeconfigSecret: 'k' }, inFrankfurt(closed.url))
  expect(error.next).toContain('interface endpoint for Secrets Manager')
})

test.each([
  ['no YAML', `a: [${PLANTED}`],
  ['no YAML, whose parser quotes it', `"a": "b" "${PLANTED}"`],
  ['a password', PLANTED],
  ['another document', JSON.stringify({ clusters: PLANTED, password: PLANTED })],
  ['nothing', ''],
])('what is no kubeconfig but %s is told without a word of it', async (_, value) => {
  await using aws = await keeper(secret(value))
  const { error, told } = await failure({ kubeconfigSecret: 'k' }, inFrankfurt(aws.url))
  expect(error).toBeInstanceOf(LateenError)
  expect(told).toContain('secret "k"')
  expect(told).not.toContain(PLANTED)
})

test.each([
  [
    'exec',
    { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } } },
    'credential plugin aws',
    'eks in lateen.yaml',
  ],
  ['tokenFile', { user: { tokenFile: '/var/run/token' } }, 'tokenFile', '--flatten'],
  ['client-certificate', { user: { 'client-certificate': 'a.crt' } }, 'client-certificate', '--flatten'],
  ['certificate-authority', { cluster: { 'certificate-authority': 'ca.crt' } }, 'certificate-authority', '--flatten'],
])('programs and files are not touched for it: %s', async (_, more, message, next) => {
  await using aws = await keeper(secret(kubeconfig('https://c', PLANTED, more)))
  const { error, told } = await failure({ kubeconfigSecret: 'k' }, inFrankfurt(aws.url))
  expect(error.message).toContain(message)
  expect(error.next).toContain(next)
  expect(told).not.toContain(PLANTED)
})

test('credentials that were rotated are read again when the API server refuses the old ones, once for all who were refused', async () => {
  await using api = await fakeApi((request, response) =>
    request.headers.authorization === 'Bearer new' ? json(response, version) : json(response, { message: 'no' }, 401),
  )
  await using aws = await keeper(secret(kubeconfig(api.url, 'old')), secret(kubeconfig(api.url, 'new')))
  const { transport } = await reach({ kubeconfigSecret: 'k' }, inFrankfurt(aws.url))
  const answers = await Promise.all(Array.from({ length: 6 }, () => serverVersion(transport)))
  expect(answers.map(({ gitVersion }) => gitVersion)).toEqual(Array(6).fill('v1.36.3'))
  expect(aws.asked).toHaveLength(2)
  await transport.close()
})

test('credentials that are refused and were not rotated are read again once, and not for each request', async () => {
  await using api = await fakeApi((_, response) => json(response, { kind: 'Status', message: 'Unauthorized' }, 401))
  await using aws = await keeper(parameter(kubeconfig(api.url, PLANTED)))
  const { transport } = await reach({ kubeconfigParameter: 'k' }, inFrankfurt(aws.url))
  for (let request = 0; request < 3; request++) {
    const error = await serverVersion(transport).catch(caught => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error.status).toBe(401)
    expect(`${error.message} ${error.next} ${JSON.stringify(error)}`).not.toContain(PLANTED)
  }
  expect(aws.asked).toHaveLength(2)
  await transport.close()
})
