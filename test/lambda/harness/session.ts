import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Credentials } from './environment.ts'

/** A role's session at a store that gives any: the credentials that a function has, which are good for a while. */
export async function newSession(endpoint: string, by: Credentials, region: string): Promise<Credentials> {
  const { protocol, hostname, port, host } = new URL(endpoint)
  const signer = new SignatureV4({ service: 'sts', region, sha256: Sha256, credentials: by })
  const body = 'Action=AssumeRole&Version=2011-06-15&DurationSeconds=3600'
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' }
  const { headers: signed } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    port: Number(port),
    path: '/',
    query: {},
    headers,
    body,
  })
  const answer = await fetch(endpoint, { method: 'POST', headers: signed, body })
  const xml = await answer.text()
  const field = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? ''
  if (!answer.ok) throw new Error(`no session: ${xml}`)
  return {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
  }
}
