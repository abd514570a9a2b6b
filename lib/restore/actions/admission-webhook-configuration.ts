import { objectsAt, textAt } from '../json.ts'
import type { JsonObject, RestoreItemAction } from '../types.ts'

const RESOURCES = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'].map(
  name => `${name}.admissionregistration.k8s.io`,
)

/** What v1 takes; v1beta1 also had `Some` and `Unknown`. */
const TAKEN = ['None', 'NoneOnDryRun']

/** Gives webhooks whose `sideEffects` v1 refuses the value `None`, as Velero does. */
export const admissionWebhookConfiguration: RestoreItemAction = {
  name: 'velero.io/admission-webhook-configuration',
  applies: ({ resource, object }) =>
    RESOURCES.includes(resource) && object.apiVersion === 'admissionregistration.k8s.io/v1',
  run: ({ object }) => {
    for (const webhook of objectsAt(object, 'webhooks')) nameSideEffects(webhook)
    return undefined
  },
}

/** Makes a webhook one that v1 takes. */
export function nameSideEffects(webhook: JsonObject): void {
  if (!TAKEN.includes(textAt(webhook, 'sideEffects'))) webhook.sideEffects = 'None'
}
