import { didYouMean } from '../did-you-mean.ts'
import { TARGETS, type TargetKind } from '../notifications.ts'
import { webhookProblem } from '../webhook.ts'
import type { Problem } from './issues.ts'
import type { FileCluster, FileNotification } from './schema.ts'

/** What a schema can't say: each tells one target, that can be one, and names clusters that there are. */
export function notificationProblems(notifications: FileNotification[], clusters: FileCluster[]): Problem[] {
  const known = clusters.map(cluster => cluster.name)
  return notifications.flatMap((notification, index) => {
    const at = (...path: (string | number)[]) => ['notifications', index, ...path]
    const given = TARGETS.filter(kind => notification[kind] !== undefined)
    const unknown = (notification.clusters ?? []).flatMap((name, i) =>
      known.includes(name)
        ? []
        : [
            {
              path: at('clusters', i),
              message: `names no cluster${didYouMean(name, known)}; configured: ${known.join(', ') || 'none'}`,
            },
          ],
    )
    if (given.length !== 1) {
      const message = given.length === 0 ? 'tells nobody' : `tells more than one: ${given.join(', ')}`
      return [{ path: at(), message: `${message}; give one of ${TARGETS.join(', ')}` }, ...unknown]
    }
    const [kind] = given as [TargetKind]
    const problem = PROBLEMS[kind](notification[kind] as string)
    return [...(problem === undefined ? [] : [{ path: at(kind), message: problem }]), ...unknown]
  })
}

/** By kind, what is wrong with a value. A webhook's URL is not repeated: it is a secret. */
const PROBLEMS: Record<TargetKind, (value: string) => string | undefined> = {
  topic: arn =>
    /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn)
      ? undefined
      : 'must be the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:lateen',
  eventBus: bus =>
    /^([\w.\-/]+|arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w.\-/]+)$/.test(bus)
      ? undefined
      : 'must be the name or the ARN of an EventBridge bus, such as default',
  webhook: webhookProblem,
  webhookSecret: () => undefined,
}
