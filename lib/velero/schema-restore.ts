import * as z from 'zod'
import type { SchemaParts } from './schema-parts.ts'

/** The schema of a Restore, with the fields in Velero's order. */
export function restoreSchema(parts: SchemaParts) {
  const { given, object, text, texts, textMap, duration, time, count, word, labelSelector, metadata } = parts

  const execHook = object({
    container: z.string().optional(),
    command: given ? texts.min(1, 'expected a command, got an empty list') : texts.default([]),
    onError: word('Continue', 'Fail').optional(),
    execTimeout: duration.optional(),
    waitTimeout: duration.optional(),
    waitForReady: z.boolean().optional(),
  })
  const initHook = object({
    // What a container needs is `validateRestore`'s to say; the rest is for the API server.
    initContainers: z.array(z.record(z.string(), z.unknown())).optional(),
    timeout: duration.optional(),
  })
  const resourceHooks = object({
    name: text,
    includedNamespaces: texts.optional(),
    excludedNamespaces: texts.optional(),
    includedResources: texts.optional(),
    excludedResources: texts.optional(),
    labelSelector: labelSelector.optional(),
    postHooks: z.array(object({ exec: execHook.optional(), init: initHook.optional() })).optional(),
  })

  const spec = object({
    backupName: z.string().optional(),
    scheduleName: z.string().optional(),
    includedNamespaces: texts.optional(),
    excludedNamespaces: texts.optional(),
    includedResources: texts.optional(),
    excludedResources: texts.optional(),
    namespaceMapping: textMap.optional(),
    labelSelector: labelSelector.optional(),
    orLabelSelectors: z.array(labelSelector).optional(),
    restorePVs: z.boolean().optional(),
    restoreStatus: object({ includedResources: texts.optional(), excludedResources: texts.optional() }).optional(),
    preserveNodePorts: z.boolean().optional(),
    includeClusterResources: z.boolean().optional(),
    hooks: object({ resources: z.array(resourceHooks).optional() }).optional(),
    // Any text: Velero's own words about a wrong one come from `validateRestore`.
    existingResourcePolicy: z.string().optional(),
    itemOperationTimeout: duration.optional(),
    resourceModifier: object({ apiGroup: z.string().optional(), kind: text, name: text }).optional(),
    uploaderConfig: object({
      writeSparseFiles: z.boolean().optional(),
      parallelFilesDownload: count.optional(),
    }).optional(),
  })

  const status = z.object({
    phase: z.string().optional(),
    validationErrors: texts.optional(),
    warnings: count.optional(),
    errors: count.optional(),
    failureReason: z.string().optional(),
    startTimestamp: time.optional(),
    completionTimestamp: time.optional(),
    progress: z.object({ totalItems: count.optional(), itemsRestored: count.optional() }).optional(),
    restoreItemOperationsAttempted: count.optional(),
    restoreItemOperationsCompleted: count.optional(),
    restoreItemOperationsFailed: count.optional(),
    hookStatus: z.object({ hooksAttempted: count.optional(), hooksFailed: count.optional() }).optional(),
  })

  return object({
    kind: z.literal('Restore'),
    apiVersion: z.literal('velero.io/v1'),
    metadata,
    spec: spec.prefault({}),
    status: status.optional(),
  })
}
