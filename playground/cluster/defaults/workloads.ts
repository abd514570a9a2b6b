import type { Defaults } from '../defaults.ts'
import { at, child, clone, type JsonObject, objects } from '../json.ts'
import { fill } from './fill.ts'
import { templateDefaults } from './pods.ts'
import { claimDefaults } from './volumes.ts'

/** Defaults of a kind that has a pod template, which gets its own. */
const withTemplate = (defaults: JsonObject) => (object: JsonObject) => {
  const spec = child(object, 'spec')
  templateDefaults(child(spec, 'template'))
  fill(spec, defaults)
  child(object, 'status')
}

const jobSpec = {
  parallelism: 1,
  completions: 1,
  backoffLimit: 6,
  completionMode: 'NonIndexed',
  suspend: false,
  manualSelector: false,
  podReplacementPolicy: 'TerminatingOrFailed',
}

function jobTemplateDefaults(spec: JsonObject): void {
  templateDefaults(child(spec, 'template'))
  const { parallelism, completions, ...rest } = jobSpec
  // A work queue has no number of completions.
  fill(spec, spec.completions === undefined && spec.parallelism !== undefined ? rest : jobSpec)
}

export const workloadDefaults: Defaults = {
  'apps/deployments': object => {
    const strategy = child(child(object, 'spec'), 'strategy')
    if ((strategy.type ?? 'RollingUpdate') === 'RollingUpdate')
      fill(strategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } })
    withTemplate({ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })(object)
  },
  'apps/replicasets': object => {
    withTemplate({ replicas: 1 })(object)
    fill(object, { status: { replicas: 0 } })
  },
  'apps/daemonsets': object => {
    const strategy = child(child(object, 'spec'), 'updateStrategy')
    if ((strategy.type ?? 'RollingUpdate') === 'RollingUpdate')
      fill(strategy, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })
    withTemplate({ revisionHistoryLimit: 10 })(object)
    const annotations = child(child(object, 'metadata'), 'annotations')
    fill(annotations, { 'deprecated.daemonset.template.generation': '1' })
    fill(object, {
      status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
    })
  },
  'apps/statefulsets': object => {
    const spec = child(object, 'spec')
    const strategy = child(spec, 'updateStrategy')
    if ((strategy.type ?? 'RollingUpdate') === 'RollingUpdate')
      fill(strategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
    for (const claim of objects(spec.volumeClaimTemplates)) {
      fill(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' })
      claimDefaults(claim)
    }
    withTemplate({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    })(object)
    fill(object, { status: { replicas: 0, availableReplicas: 0 } })
  },
  '/replicationcontrollers': object => {
    withTemplate({ replicas: 1 })(object)
    const labels = at(object, 'spec', 'template', 'metadata', 'labels')
    fill(child(object, 'spec'), { selector: clone(labels) })
    fill(object, { status: { replicas: 0 } })
  },
  'batch/jobs': object => {
    jobTemplateDefaults(child(object, 'spec'))
    child(object, 'status')
  },
  'batch/cronjobs': object => {
    const spec = child(object, 'spec')
    templateDefaults(child(child(child(spec, 'jobTemplate'), 'spec'), 'template'))
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    })
    child(object, 'status')
  },
}
