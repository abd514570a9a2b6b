import { expect, test } from 'vitest'
import { awsHost } from '../../../../lib/cluster/aws/partition.ts'
import { eksToken } from '../../../../lib/cluster/eks/token.ts'
import { verify } from '../../../helpers/eks-authenticator.ts'

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const session = { ...key, sessionToken: `${'Fwo/+='.repeat(150)}==` }
const now = new Date('2026-11-22T08:54:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

test.each([
  ['long-lived keys', key],
  ["a session's keys", session],
])('the authenticator takes a token made with %s, for not quite 15 minutes', async (_name, credentials) => {
  const token = await eksToken('prod', 'eu-central-1', credentials, now)
  expect(verify(token, 'prod', credentials, minutes(0))).toBe('ok')
  expect(verify(token, 'prod', credentials, minutes(14.9))).toBe('ok')
  expect(verify(token, 'prod', credentials, minutes(15))).toBe('expired')
})

test('a token is good for its own cluster only', async () => {
  const token = await eksToken('prod', 'eu-central-1', session, now)
  expect(verify(token, 'staging', session, now)).toBe('signature')
})

test('carries exactly the nine query keys that are allowed', async () => {
  const token = await eksToken('prod', 'us-west-2', session, now)
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString())
  expect([...url.searchParams.keys()]).toHaveLength(9)
})

test.each([
  ['eu-central-1', 'sts.eu-central-1.amazonaws.com'],
  ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
  ['us-iso-east-1', 'sts.us-iso-east-1.c2s.ic.gov'],
])('a region of its own partition has its own host: %s', (region, host) => {
  expect(awsHost('sts', region)).toBe(host)
})

// The verifier of these tests itself: each rule refuses what breaks it and nothing else.
const broken = async (change: (url: URL) => void) => {
  const token = await eksToken('prod', 'eu-central-1', session, now)
  const url = new URL(Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString())
  change(url)
  return `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`
}
const set = (name: string, value: string) => (url: URL) => url.searchParams.set(name, value)
const add = (name: string, value: string) => (url: URL) => url.searchParams.append(name, value)

test.each<[string, (url: URL) => void]>([
  ['not https', url => Object.assign(url, { protocol: 'http:' })],
  ['host sts.eu-central-1.example.com', url => Object.assign(url, { host: 'sts.eu-central-1.example.com' })],
  ['scope of another region', url => Object.assign(url, { host: 'sts.us-east-1.amazonaws.com' })],
  ['path', url => Object.assign(url, { pathname: '/x' })],
  ['query key X-Amz-Content-Sha256', add('X-Amz-Content-Sha256', 'x')],
  ['query key x-id', add('x-id', 'GetCallerIdentity')],
  ['repeated X-Amz-Expires', add('X-Amz-Expires', '60')],
  ['action', set('Action', 'AssumeRole')],
  ['x-k8s-aws-id not signed', set('X-Amz-SignedHeaders', 'host')],
  ['expires', set('X-Amz-Expires', '901')],
  ['expires', set('X-Amz-Expires', '')],
  ['expired', set('X-Amz-Date', '20261122T083859Z')],
  ['unknown key', set('X-Amz-Credential', 'AKIDOTHER/20261122/eu-central-1/sts/aws4_request')],
  ['session token', set('X-Amz-Security-Token', 'x')],
  ['signature', set('X-Amz-Expires', '61')],
])('the authenticator refuses for: %s', async (why, change) => {
  expect(verify(await broken(change), 'prod', session, now)).toBe(why)
})

test.each([
  ['too long', (token: string) => token.padEnd(4097, 'x')],
  ['no prefix', (token: string) => token.slice(1)],
  ['not base64url without padding', (token: string) => `${token}=`],
])('the authenticator refuses a token that is %s', async (why, change) => {
  expect(verify(change(await eksToken('prod', 'eu-central-1', session, now)), 'prod', session, now)).toBe(why)
})

test('the authenticator refuses a token whose session has ended', async () => {
  const token = await eksToken('prod', 'eu-central-1', session, now)
  const ending = { ...session, expiration: minutes(5) }
  expect(verify(token, 'prod', ending, minutes(4.9))).toBe('ok')
  expect(verify(token, 'prod', ending, minutes(5))).toBe('session ended')
})
