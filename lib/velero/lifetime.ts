import { RETENTION_ANNOTATION } from './annotations.ts'
import { parseDuration } from './duration.ts'
import { messageOf } from './errors.ts'
import { parseRetention } from './retention-policy.ts'
import type { Backup } from './types.ts'

/** What Lateen refuses beyond Velero's own validation: an end before the beginning, and a retention that can't be meant. */
export function lifetimeProblems({ metadata, spec: { ttl } }: Pick<Backup, 'metadata' | 'spec'>): string[] {
  const retention = metadata.annotations?.[RETENTION_ANNOTATION]
  return [
    ...(ttl !== undefined && parseDuration(ttl) < 0n
      ? [`spec.ttl: ${ttl} is negative; the backup would expire at once`]
      : []),
    ...(retention === undefined ? [] : retentionProblems(retention)),
  ]
}

export function retentionProblems(text: string): string[] {
  try {
    parseRetention(text)
    return []
  } catch (error) {
    return [messageOf(error)]
  }
}
