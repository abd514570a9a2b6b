import { InvalidInputError, LateenError, messageOf } from '../../velero/errors.ts'
import type { Check, Fault } from './types.ts'

export function ok(what: string, detail: string): Check {
  return { verdict: 'ok', what, detail }
}

export function warning(what: string, detail: string, next: string): Check {
  return { verdict: 'warning', what, detail, next }
}

export function problem(what: string, fault: Fault, detail: string, next: string): Check {
  return { verdict: 'problem', what, fault, detail, next }
}

/** A check that can't be made is a problem, and stands in no other's way. */
export async function attempt(what: string, check: () => Promise<Check | Check[]>): Promise<Check[]> {
  try {
    return [await check()].flat()
  } catch (error) {
    return [failure(what, error)]
  }
}

/** Throws what is a defect of ours. */
export function failure(what: string, error: unknown): Check {
  if (error instanceof TypeError || error instanceof RangeError) throw error
  const fault =
    error instanceof InvalidInputError ? 'configuration' : error instanceof LateenError ? 'refused' : 'unfit'
  const next = (error instanceof LateenError && error.next) || 'See docs/troubleshooting.md.'
  return problem(what, fault, messageOf(error), next)
}

/** Above this, leases of two machines may be taken for ended while they run: a third of their life. In ms. */
const SKEW_MS = 10_000

/** `aheadMs`: by how much a server's clock is ahead of the one here; from `mostMs` on it is a problem. */
export function clockCheck(what: string, aheadMs: number, mostMs: number, next: string): Check {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  if (Math.abs(aheadMs) <= SKEW_MS) return ok(what, `within ${Math.max(1, seconds)} s of the clock here`)
  const detail = `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock here`
  return Math.abs(aheadMs) > mostMs ? problem(what, 'unfit', detail, next) : warning(what, detail, next)
}

/** The first ones of many names. */
export function some(names: readonly string[], most = 10): string {
  const rest = names.length - most
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ')
}
