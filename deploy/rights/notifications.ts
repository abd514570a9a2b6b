import type { Config } from '../../lib/config/config.ts'
import type { TargetKind } from '../../lib/config/notifications.ts'
import { allow, busArn, type Statement, secretArn, sub, unique } from './statement.ts'

/** Whom the functions tell of the ends of runs: each that may end one. */
export function notifications({ notifications = [] }: Config): Statement[] {
  const values = (kind: TargetKind) =>
    unique(notifications.flatMap(({ target }) => (target.kind === kind ? target.value : [])))
  return [
    allow('Topics', ['sns:Publish'], values('topic')),
    allow('Buses', ['events:PutEvents'], values('eventBus').map(busArn).map(sub)),
    allow('Webhooks', ['secretsmanager:GetSecretValue'], values('webhookSecret').map(secretArn).map(sub)),
  ]
}
