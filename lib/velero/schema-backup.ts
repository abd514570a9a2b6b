import * as z from 'zod'
import type { SchemaParts } from './schema-parts.ts'

/** The schema of a Backup's spec, which is a Schedule's template too, with the fields in Velero's order. */
export function backupSpecSchema(parts: SchemaParts) {
  const { given, object, text, texts, textMap, duration, count, word, labels, labelSelector } = parts

  const execHook = object({
    container: z.string().optional(),
    command: given ? texts.min(1, 'expected a command, got an empty list') : texts.default([]),
    onError: word('Continue', 'Fail').optional(),
    timeout: duration.optional(),
  })
  const hooks = z.array(object({ exec: given ? execHook : execHook.optional() }))
  const resourceHooks = object({
    name: text,
    includedNamespaces: texts.optional(),
    excludedNamespaces: texts.optional(),
    includedResources: texts.optional(),
    excludedResources: texts.optional(),
    labelSelector: labelSelector.optional(),
    pre: hooks.optional(),
    post: hooks.optional(),
  })

  return object({
    metadata: object({ labels: labels.optional() }).optional(),
    includedNamespaces: texts.optional(),
    excludedNamespaces: texts.optional(),
    includedResources: texts.optional(),
    excludedResources: texts.optional(),
    includedClusterScopedResources: texts.optional(),
    excludedClusterScopedResources: texts.optional(),
    includedNamespaceScopedResources: texts.optional(),
    excludedNamespaceScopedResources: texts.optional(),
    labelSelector: labelSelector.optional(),
    orLabelSelectors: z.array(labelSelector).optional(),
    snapshotVolumes: z.boolean().optional(),
    ttl: duration.optional(),
    volumeGroupSnapshotLabelKey: z.string().optional(),
    includeClusterResources: z.boolean().optional(),
    hooks: object({ resources: z.array(resourceHooks).optional() }).optional(),
    storageLocation: z.string().optional(),
    volumeSnapshotLocations: texts.optional(),
    defaultVolumesToRestic: z.boolean().optional(),
    defaultVolumesToFsBackup: z.boolean().optional(),
    orderedResources: textMap.optional(),
    csiSnapshotTimeout: duration.optional(),
    itemOperationTimeout: duration.optional(),
    resourcePolicy: object({ apiGroup: z.string().optional(), kind: text, name: text }).optional(),
    snapshotMoveData: z.boolean().optional(),
    datamover: z.string().optional(),
    uploaderConfig: object({ parallelFilesUpload: count.optional() }).optional(),
  })
}

/** The schema of a Backup. */
export function backupSchema(parts: SchemaParts) {
  const { object, texts, time, count, metadata } = parts
  const status = z.object({
    version: count.optional(),
    formatVersion: z.string().optional(),
    expiration: time.optional(),
    phase: z.string().optional(),
    queuePosition: count.optional(),
    validationErrors: texts.optional(),
    startTimestamp: time.optional(),
    completionTimestamp: time.optional(),
    volumeSnapshotsAttempted: count.optional(),
    volumeSnapshotsCompleted: count.optional(),
    failureReason: z.string().optional(),
    warnings: count.optional(),
    errors: count.optional(),
    progress: z.object({ totalItems: count.optional(), itemsBackedUp: count.optional() }).optional(),
    csiVolumeSnapshotsAttempted: count.optional(),
    csiVolumeSnapshotsCompleted: count.optional(),
    backupItemOperationsAttempted: count.optional(),
    backupItemOperationsCompleted: count.optional(),
    backupItemOperationsFailed: count.optional(),
    hookStatus: z.object({ hooksAttempted: count.optional(), hooksFailed: count.optional() }).optional(),
  })

  return object({
    kind: z.literal('Backup'),
    apiVersion: z.literal('velero.io/v1'),
    metadata,
    spec: backupSpecSchema(parts).prefault({}),
    status: status.optional(),
  })
}
