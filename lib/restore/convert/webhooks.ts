import { nameSideEffects } from '../actions/admission-webhook-configuration.ts'
import { copyJson, objectsAt } from '../json.ts'
import type { KubeObject } from '../types.ts'

/** What v1beta1 meant where nothing was said; v1 means something else, or asks for the field. */
const DEFAULTS = {
  failurePolicy: 'Ignore',
  matchPolicy: 'Exact',
  timeoutSeconds: 30,
  admissionReviewVersions: ['v1beta1'],
}

/** Webhook configurations to v1. */
export function webhooksV1(configuration: KubeObject): void {
  for (const webhook of objectsAt(configuration, 'webhooks')) {
    for (const [field, value] of Object.entries(DEFAULTS)) webhook[field] ??= copyJson(value)
    nameSideEffects(webhook)
  }
}
