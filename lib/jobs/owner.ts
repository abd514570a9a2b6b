import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** The name of one invocation, as a holder of leases and deletions: for people where it works, and unique. */
export function newOwner(): string {
  return `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`
}
