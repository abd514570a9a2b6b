import { isDeepStrictEqual } from 'node:util'
import type { Credentials, Identity } from './types.ts'

/**
 * Credentials from a place where they are rotated: an identity that is refused makes it be read again, once, whoever was refused
 * meanwhile. `read` answers what is there now. Where that is what was there, it is what it was.
 */
export function rereadOnRefusal<T>(first: T, read: () => Promise<T>, build: (found: T) => Credentials): Credentials {
  let found = first
  let credentials = build(first)
  let current: Identity | undefined
  let refused: Identity | undefined
  let reading: Promise<void> | undefined
  /** Refused, and after that found to be what is there. */
  let vain: Identity | undefined

  async function look(old: Identity): Promise<void> {
    const now = await read()
    if (isDeepStrictEqual(now, found)) vain = old
    else {
      found = now
      credentials = build(now)
    }
  }

  return {
    async get() {
      if (refused !== undefined) {
        const old = refused
        reading ??= look(old).finally(() => {
          reading = undefined
          if (refused === old) refused = undefined
        })
        await reading
      }
      current = await credentials.get()
      return current
    },
    reject(identity) {
      if (identity !== current) return
      // What issues identities by itself, such as a refresh token's, may have another one.
      credentials.reject(identity)
      if (identity !== vain) refused = identity
    },
  }
}
