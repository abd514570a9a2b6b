import { CONCURRENCY_ANNOTATION, RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import type { Schedule, ScheduleSpec } from '../../velero/types-schedule.ts'
import { said } from '../flags/kinds.ts'
import { retentionOf } from '../flags/retention-flags.ts'
import { backupManifest } from './backup-manifest.ts'
import { withoutUndefined } from './manifest-parts.ts'
import type { ScheduleCreateFlags } from './schedule-create-flags.ts'

/** The Schedule that the flags describe, as Velero's client sends it. What only Lateen knows is in annotations. */
export function scheduleManifest(flags: ScheduleCreateFlags, name: string, namespace: string): Schedule {
  const retention = retentionOf(flags)
  const annotations = {
    ...flags.annotations,
    ...(retention !== undefined && { [RETENTION_ANNOTATION]: retention }),
    ...(flags.concurrencyPolicy && { [CONCURRENCY_ANNOTATION]: flags.concurrencyPolicy }),
  }
  const { apiVersion, metadata, spec: template } = backupManifest(flags, name, namespace)
  return {
    kind: 'Schedule',
    apiVersion,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: withoutUndefined<ScheduleSpec>({
      template,
      schedule: flags.schedule ?? '',
      useOwnerReferencesInBackup: flags.useOwnerReferencesInBackup ?? false,
      paused: flags.paused || undefined,
      skipImmediately: said(flags.skipImmediately),
    }),
  }
}
