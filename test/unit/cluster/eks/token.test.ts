import { expect, test } from 'vitest'
import { awsHost } from '../../../../lib/cluster/aws/partition.ts'
import { eksToken } from '../../../../lib/cluster/eks/token.ts'
import { verify } from './verifier.ts'

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const session = { ...key, sessionToken: `${'Fwo/+='.repeat(150)}==` }
const now = new Date('2026-11-22T08:54:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)

test.each([
  ['long-lived keys', key],
  ["a session's keys", session],
])('the authenticator takes a token made with %s, for not quite 15 minutes', async (_name, credentials) => {
  const token = await eksToken('prod', 'eu-central-1', credentials, now)
  expect(verify(token, 'prod', 'eu-central-1', credentials, minutes(0))).toBe('ok')
  expect(verify(token, 'prod', 'eu-central-1', credentials, minutes(14.9))).toBe('ok')
  expect(verify(token, 'prod', 'eu-central-1', credentials, minutes(15))).toBe('expired')
})

test('a token is good for its own cluster only', async () => {
  const token = await eksToken('prod', 'eu-central-1', session, now)
  expect(verify(token, 'staging', 'eu-central-1', session, now)).toBe('signature')
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
