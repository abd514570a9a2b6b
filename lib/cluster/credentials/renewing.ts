import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import type { Credentials, Identity } from './types.ts'

/** `expiresAt` in ms; absent: good until it is refused. */
export interface Issued {
  identity: Identity
  expiresAt?: number
}

/** Renewed this long before the end, for clocks differ and requests wait; a tenth of the life of what lives shorter. */
const MARGIN_MS = 30_000

/**
 * Credentials that come from somewhere else and end. Callers that need a new one at the same time share one call of
 * `issue`; a failed call is not remembered. A new identity equal to the last one is the last one, so that whoever was
 * refused with it does not try the same again.
 */
export function renewing(issue: () => Promise<Issued>, clock: Pick<Clock, 'now'>): Credentials {
  let current: { identity: Identity; renewAt: number } | undefined
  let last: Identity | undefined
  let pending: Promise<Identity> | undefined

  async function renew(): Promise<Identity> {
    const issuedAt = clock.now()
    const issued = await issue()
    const identity = last !== undefined && isDeepStrictEqual(last, issued.identity) ? last : issued.identity
    const life = (issued.expiresAt ?? Number.POSITIVE_INFINITY) - issuedAt
    current = { identity, renewAt: issuedAt + life - Math.min(MARGIN_MS, life / 10) }
    if (!Number.isFinite(life)) current.renewAt = Number.POSITIVE_INFINITY
    last = identity
    return identity
  }

  return {
    async get() {
      if (current !== undefined && clock.now() < current.renewAt) return current.identity
      pending ??= renew().finally(() => {
        pending = undefined
      })
      return pending
    },
    reject(identity) {
      if (current?.identity === identity) current = undefined
    },
  }
}

/** Credentials that are what they are: a token or a certificate written into a kubeconfig. */
export function fixed(identity: Identity): Credentials {
  return { get: async () => identity, reject: () => {} }
}
