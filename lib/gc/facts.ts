import { CLUSTER_ANNOTATION, RETENTION_ANNOTATION } from '../velero/annotations.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import type { BackupFacts } from './retention.ts'

/** What a record says to whoever decides about it. One without any time counts as of 1970. */
export function factsOf({ metadata, status = {} }: Backup): BackupFacts {
  const { expiration, phase } = status
  const schedule = metadata.labels?.['velero.io/schedule-name']
  const retention = metadata.annotations?.[RETENTION_ANNOTATION]
  const cluster = metadata.annotations?.[CLUSTER_ANNOTATION]
  const started = status.startTimestamp ?? metadata.creationTimestamp ?? timestamp(new Date(0))
  return {
    name: metadata.name,
    phase,
    started: new Date(started),
    ...(metadata.uid !== undefined && { uid: metadata.uid }),
    ...(schedule !== undefined && { schedule }),
    ...(cluster !== undefined && { cluster }),
    ...(retention !== undefined && { retention }),
    ...(expiration !== undefined && { expiration: new Date(expiration) }),
  }
}
