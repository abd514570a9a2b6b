import { expect, test } from 'vitest'
import { BrokenConnection } from '../../../../lib/cluster/http/connection-failure.ts'
import { ConnectionError } from '../../../../lib/cluster/types.ts'

const coded = (code: string) => Object.assign(new Error(`original ${code}`), { code })

test.each([
  ['ENOTFOUND', 'no such host', /DNS/],
  ['ECONNREFUSED', 'connection refused', /address can be reached/],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection within 10 s', /VPN/],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer within 65 s', /load on the API server/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is signed by an unknown authority', /certificate-authority-data/],
  ['CERT_HAS_EXPIRED', 'its certificate has expired', /clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name', /tls-server-name/],
])('%s is told as "%s", with what to do', (code, says, next) => {
  const cause = coded(code)
  const error = new BrokenConnection('https://api', cause)
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error.message).toBe(`cannot reach the API server https://api: ${says}`)
  expect(error.next).toMatch(next)
  expect(error.cause).toBe(cause)
})

test('finds the reason below wrappers, and where several addresses were tried', () => {
  const wrapped = new Error('fetch failed', {
    cause: new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]),
  })
  expect(new BrokenConnection('https://api', wrapped).message).toContain('connection refused')
})

test('a failure that nobody knows is told in its own words, and not tried again', () => {
  const error = new BrokenConnection('https://api', new Error('something else'))
  expect(error.message).toBe('cannot reach the API server https://api: something else')
  expect([error.passing, error.unsent]).toEqual([false, false])
})
