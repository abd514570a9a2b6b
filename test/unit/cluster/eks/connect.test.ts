import { expect, test } from 'vitest'
import { connectEks } from '../../../../lib/cluster/eks/connect.ts'
import { verify } from '../../../helpers/eks-authenticator.ts'
import { fakeApi, json } from '../fake-api.ts'
import { fakeClock } from '../fake-clock.ts'

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' }
const cluster = {
  name: 'prod',
  status: 'ACTIVE',
  endpoint: 'https://ABC.gr7.eu-central-1.eks.amazonaws.com',
  certificateAuthority: { data: Buffer.from('PEM').toString('base64') },
}

function ask(endpoint: string, options: { expiration?: Date } = {}) {
  const clock = fakeClock({ skip: true })
  const credentials = async () => ({ ...key, ...options })
  return {
    clock,
    connected: connectEks({ cluster: 'prod', region: 'eu-central-1', credentials, endpoint, clock, random: () => 0 }),
  }
}

const tokenOf = (identity: { headers: Readonly<Record<string, string | string[]>> }) =>
  String(identity.headers.authorization).slice('Bearer '.length)

test('asks EKS for address and authority, signed for its service and region', async () => {
  await using eks = await fakeApi((request, response) => {
    expect(request.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261122\/eu-central-1\/eks\/aws4_request, SignedHeaders=host;x-amz-/,
    )
    expect(request.headers['x-amz-security-token']).toBe('session')
    json(response, { cluster })
  })
  const { endpoint } = await ask(eks.url).connected
  expect(eks.requests).toEqual(['GET /clusters/prod'])
  expect(endpoint).toEqual({ server: cluster.endpoint, ca: Buffer.from('PEM') })
})

test('keeps a token for 13 minutes, then makes another one; both are good', async () => {
  await using eks = await fakeApi((_request, response) => json(response, { cluster }))
  const { clock, connected } = ask(eks.url)
  const { credentials } = await connected
  const first = await credentials.get()
  await clock.sleep(12.9 * 60_000)
  expect(await credentials.get()).toBe(first)
  expect(verify(tokenOf(first), 'prod', key, new Date(clock.now()))).toBe('ok')
  await clock.sleep(0.2 * 60_000)
  const second = await credentials.get()
  expect(second).not.toEqual(first)
  expect(verify(tokenOf(second), 'prod', key, new Date(clock.now()))).toBe('ok')
})

test('a token does not outlive the session that signed it', async () => {
  await using eks = await fakeApi((_request, response) => json(response, { cluster }))
  const { clock, connected } = ask(eks.url, { expiration: new Date(Date.UTC(2026, 10, 22, 8, 5)) })
  const { credentials } = await connected
  const first = await credentials.get()
  await clock.sleep(4.6 * 60_000)
  expect(await credentials.get()).not.toBe(first)
})

test('a token that the cluster refuses is made anew', async () => {
  await using eks = await fakeApi((_request, response) => json(response, { cluster }))
  const { clock, connected } = ask(eks.url)
  const { credentials } = await connected
  const first = await credentials.get()
  await clock.sleep(1000)
  credentials.reject(first)
  expect(await credentials.get()).not.toEqual(first)
})

test.each([
  [
    404,
    { message: 'No cluster found for name: prod.' },
    /"prod" in eu-central-1 can't be described \(404\): No cluster found/,
    /eks\.cluster/,
  ],
  [403, { Message: 'not authorized' }, /\(403\): not authorized/, /eks:DescribeCluster/],
])('EKS answers %i: the reason and what to do', async (status, body, message, next) => {
  await using eks = await fakeApi((_request, response) => json(response, body, status))
  await expect(ask(eks.url).connected).rejects.toMatchObject({
    message: expect.stringMatching(message),
    next: expect.stringMatching(next),
  })
})

test('a cluster that is being created has no address yet', async () => {
  await using eks = await fakeApi((_request, response) => json(response, { cluster: { status: 'CREATING' } }))
  await expect(ask(eks.url).connected).rejects.toThrow('EKS cluster "prod" has no address yet: it is CREATING')
})

test('asks again when EKS is throttling', async () => {
  await using eks = await fakeApi((_request, response, nth) =>
    nth < 3 ? json(response, {}, 429) : json(response, { cluster }),
  )
  await ask(eks.url).connected
  expect(eks.requests).toHaveLength(3)
})

test('EKS that cannot be reached points at the VPC', async () => {
  const closed = await fakeApi(() => {})
  await closed[Symbol.asyncDispose]()
  await expect(ask(closed.url).connected).rejects.toMatchObject({ next: expect.stringContaining('VPC') })
})
