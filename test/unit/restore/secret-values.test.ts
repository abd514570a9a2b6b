import { describe, expect, it } from 'vitest'
import type { ItemOutcome } from '../../../lib/restore/account.ts'
import { withoutSecretValues } from '../../../lib/restore/secret-values.ts'
import type { KubeObject } from '../../../lib/restore/types.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const CERT = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\n-----END KEY-----\n'

const stored = {
  ...{ kind: 'Secret', apiVersion: 'v1' },
  metadata: {
    name: 'db',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"old":"former-password"}}' },
  },
  data: {
    password: base64('hunter22'),
    long: base64('hunter22-and-more'),
    pin: base64('99'),
    cert: base64(CERT),
    empty: '',
  },
  stringData: { plain: 'not-encoded' },
} as unknown as KubeObject

function told(message: string): string | undefined {
  const outcome: ItemOutcome = {
    ...{ kind: 'v1/Secret', resource: 'secrets', namespace: 'shop', name: 'db', action: 'failed' },
    findings: [{ level: 'error', namespace: 'shop', message }],
  }
  return withoutSecretValues(stored, outcome).findings[0]?.message
}

describe('what is told of a Secret', () => {
  it.each([
    ['plain', 'invalid value hunter22 in it', 'invalid value <redacted> in it'],
    ['encoded', `cannot decode ${base64('hunter22')}`, 'cannot decode <redacted>'],
    ['as part of a longer one', 'it is "hunter22-and-more"', 'it is "<redacted>"'],
    ['in quotes, where it is short', 'pin "99" of 99 is too short', 'pin <redacted> of 99 is too short'],
    ['with escapes', `bad ${JSON.stringify(CERT)}`, 'bad "<redacted>"'],
    ['by a line of it', 'no PEM: MIIEvQIBADANBgkqh', 'no PEM: <redacted>'],
    ['as it was before it was encoded', 'not-encoded is denied', '<redacted> is denied'],
    ['by what was applied', `denied: {"stringData":{"old":"former-password"}}`, 'denied: <redacted>'],
  ])('has no value of it, %s', (_, message, expected) => {
    expect(told(message)).toBe(expected)
  })

  it('has all else', () => {
    const message = 'Secret "db" is invalid: type: Invalid value: "Opaque": field is immutable'
    expect(told(message)).toBe(message)
  })
})
