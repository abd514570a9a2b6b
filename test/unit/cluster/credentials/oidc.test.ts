import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { oidcTokens } from '../../../../lib/cluster/credentials/oidc.ts'
import { fakeApi, fixture, json } from '../fake-api.ts'
import { fakeClock } from '../fake-clock.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (endsAt: number, jti = '') => `${part({ alg: 'none' })}.${part({ exp: endsAt / 1000, jti })}.c2ln`
const HOUR = 3_600_000

/** An issuer with a certificate of its own; `grant` answers its token endpoint. */
function issuer(grant: (form: Record<string, string>, request: IncomingMessage, response: ServerResponse) => void) {
  return fakeApi(
    async (request, response) => {
      const url = `https://${request.headers.host}`
      if (request.url === '/dex/.well-known/openid-configuration')
        return json(response, { issuer: url, token_endpoint: `${url}/token` })
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()))
      grant(form, request, response)
    },
    { tls: {} },
  )
}

const clientOf = (url: string) => ({
  'idp-issuer-url': `${url}/dex/`,
  'client-id': 'kubernetes',
  'refresh-token': 'r1',
})

test('an id-token is used while it lasts, and the issuer is not asked', async () => {
  const clock = fakeClock()
  const token = jwt(clock.now() + HOUR)
  const issued = await oidcTokens('u', { 'id-token': token }, undefined, clock)()
  expect(issued).toEqual({ identity: { headers: { authorization: `Bearer ${token}` } }, expiresAt: clock.now() + HOUR })
})

test('one that has ended is renewed, each time with the newest refresh-token', async () => {
  const clock = fakeClock()
  const used: string[] = []
  await using api = await issuer((form, _request, response) => {
    used.push(`${form.grant_type} ${form.client_id} ${form.refresh_token}`)
    json(response, { id_token: jwt(clock.now() + HOUR, `${used.length}`), refresh_token: `r${used.length + 1}` })
  })
  const tokens = oidcTokens(
    'u',
    { ...clientOf(api.url), 'id-token': jwt(clock.now() - 1) },
    fixture('server.crt'),
    clock,
  )
  expect((await tokens()).identity.headers.authorization).toBe(`Bearer ${jwt(clock.now() + HOUR, '1')}`)
  await clock.advance(HOUR)
  await tokens()
  expect(used).toEqual(['refresh_token kubernetes r1', 'refresh_token kubernetes r2'])
})

test.each([
  [
    'as HTTP Basic',
    (form: Record<string, string>, authorization: string | undefined) =>
      authorization === `Basic ${btoa('kubernetes:s')}` && !form.client_id,
  ],
  [
    'in the body only',
    (form: Record<string, string>, authorization: string | undefined) => !authorization && form.client_secret === 's',
  ],
])('an issuer that takes the secret %s gets it', async (_name, accepts) => {
  const clock = fakeClock()
  await using api = await issuer((form, request, response) =>
    accepts(form, request.headers.authorization)
      ? json(response, { id_token: jwt(clock.now() + HOUR) })
      : json(response, { error: 'invalid_client' }, 401),
  )
  const tokens = oidcTokens('u', { ...clientOf(api.url), 'client-secret': 's' }, fixture('server.crt'), clock)
  expect((await tokens()).expiresAt).toBe(clock.now() + HOUR)
})

test.each([
  ['what is needed is missing', async (_url: string) => ({}), /refresh-token is missing/],
  ['the issuer refuses', async (url: string) => clientOf(url), /answered 400: .*invalid_grant/],
])('where %s it asks for a new login', async (_name, configOf, message) => {
  await using api = await issuer((_form, _request, response) => json(response, { error: 'invalid_grant' }, 400))
  const tokens = oidcTokens('u', await configOf(api.url), fixture('server.crt'), fakeClock())
  await expect(tokens()).rejects.toMatchObject({
    message: expect.stringMatching(message),
    next: expect.stringContaining('Log in again'),
  })
})
