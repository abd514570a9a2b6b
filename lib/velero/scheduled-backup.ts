import { CLUSTER_ANNOTATION, CONCURRENCY_ANNOTATION, SOURCE_ANNOTATION, UNSENT_ANNOTATION } from './annotations.ts'
import { timestampedName } from './names.ts'
import type { Backup, ObjectMeta } from './types.ts'
import type { Schedule } from './types-schedule.ts'
import { uidOf } from './uid.ts'

export const SCHEDULE_LABEL = 'velero.io/schedule-name'

/** What is about the schedule and not about its backups. */
const ITS_OWN: readonly string[] = [CONCURRENCY_ANNOTATION, SOURCE_ANNOTATION, UNSENT_ANNOTATION]

/**
 * The backup that a schedule asks for at a time, by Velero's rules: SCHEDULE-YYYYMMDDhhmmss in UTC, with the labels of its
 * template, or else its own, and with its annotations. Its uid follows from the schedule's name, its cluster, the time, and
 * where it lies: the same run is the same request however often it is sent, and of one schedule for many clusters each has its
 * own, so that a deletion by uid can't mean another cluster's.
 */
export function scheduledBackup(schedule: Schedule, due: Date, place = ''): Backup {
  const { name, namespace = 'velero', annotations } = schedule.metadata
  const origin = [`${namespace}/${name}`, annotations?.[CLUSTER_ANNOTATION] ?? '', place, due.toISOString()]
  return backupOfSchedule(schedule, timestampedName(name, due), uidOf(origin.join('\n')))
}

/** The same outside of the schedule's times, under any name. */
export function backupOfSchedule({ metadata, spec }: Schedule, name: string, uid: string): Backup {
  const { namespace = 'velero', labels, annotations = {} } = metadata
  const kept = Object.entries(annotations).filter(([key]) => !ITS_OWN.includes(key))
  return {
    kind: 'Backup',
    apiVersion: 'velero.io/v1',
    metadata: {
      name,
      namespace,
      uid,
      labels: { ...(spec.template.metadata?.labels ?? labels), [SCHEDULE_LABEL]: metadata.name },
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
      ...(spec.useOwnerReferencesInBackup && { ownerReferences: [ownerOf(metadata)] }),
    },
    spec: spec.template,
  }
}

function ownerOf({ name, uid = '' }: ObjectMeta) {
  return { apiVersion: 'velero.io/v1', kind: 'Schedule', name, uid, controller: true }
}
