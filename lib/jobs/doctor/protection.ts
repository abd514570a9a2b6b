import type { Protection } from '../../store/types.ts'
import { ok, warning } from './checks.ts'
import type { Check } from './types.ts'

const EXPIRE =
  'Let a lifecycle rule expire noncurrent versions below metadata/lateen/: leases and checkpoints are replaced often.'

/** What versions and object lock mean for a location. */
export function protectionCheck(what: string, protection: Protection | undefined): Check {
  if (protection === undefined) return ok(what, 'the store tells of none')
  const { versioning, lock } = protection
  const kept = versioning === undefined ? 'no versions are kept' : `versioning is ${versioning}`
  if (lock === undefined)
    return ok(what, versioning === undefined ? `${kept}, no object lock` : `${kept}, no object lock. ${EXPIRE}`)
  const { mode, period } = lock
  if (mode === undefined) return ok(what, `${kept}, object lock without a default retention`)
  return warning(
    what,
    `${kept}, object lock keeps every object (${mode}${period ? `, ${period}` : ''})`,
    `A default retention covers metadata/lateen/ too: what is replaced or deleted there stays until its lock ends. ${EXPIRE}`,
  )
}
