import type { NotificationSettings, TargetKind } from '../../config/notifications.ts'
import { callAws } from './aws.ts'
import { NotDeliveredError } from './errors.ts'
import type { Notice } from './notice.ts'
import { mailOf, subjectOf } from './text.ts'
import { postWebhook } from './webhook.ts'

/** Tells one target, by one try. Throws NotDeliveredError. */
export async function deliver({ target: { kind, value } }: NotificationSettings, notice: Notice): Promise<void> {
  await WAYS[kind](value, notice)
}

const WAYS: Record<TargetKind, (value: string, notice: Notice) => Promise<void>> = {
  topic: publish,
  eventBus: putEvent,
  webhook: postWebhook,
  webhookSecret: async (secret, notice) => postWebhook((await readSecret(secret)).trim(), notice),
}

/** A mail for people, with attributes for the subscriptions' filter policies. */
async function publish(arn: string, notice: Notice): Promise<void> {
  const { kind, phase, cluster, schedule, location } = notice
  const fields = { Action: 'Publish', Version: '2010-03-31', TopicArn: arn, Subject: subjectOf(notice) }
  const form = new URLSearchParams({ ...fields, Message: mailOf(notice) })
  const attributes = Object.entries({ kind, phase, cluster, schedule, location })
  for (const [i, [name, text]] of attributes.filter(each => each[1]).entries()) {
    const entry = `MessageAttributes.entry.${i + 1}`
    form.set(`${entry}.Name`, name)
    form.set(`${entry}.Value.DataType`, 'String')
    form.set(`${entry}.Value.StringValue`, text ?? '')
  }
  if (arn.endsWith('.fifo')) {
    form.set('MessageGroupId', cluster ?? 'lateen')
    form.set('MessageDeduplicationId', notice.uid)
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  await callAws({ service: 'sns', region: regionOf(arn), headers, body: form.toString() })
}

/** All of the notice, for rules: `{"source": ["lateen"], "detail-type": ["Backup Failed"]}`. */
async function putEvent(bus: string, notice: Notice): Promise<void> {
  const entry = {
    ...{ Source: 'lateen', DetailType: `${notice.kind} ${notice.phase}`, EventBusName: bus },
    ...{ Time: Date.parse(notice.ended) / 1000, Detail: JSON.stringify(notice) },
  }
  const answer = await callAws({
    ...{ service: 'events', region: regionOf(bus), headers: json('AWSEvents.PutEvents') },
    body: JSON.stringify({ Entries: [entry] }),
  })
  const { FailedEntryCount = 0, Entries = [] } = JSON.parse(answer) as {
    FailedEntryCount?: number
    Entries?: { ErrorCode?: string; ErrorMessage?: string }[]
  }
  const [{ ErrorCode, ErrorMessage } = {}] = Entries
  if (FailedEntryCount > 0) throw new NotDeliveredError(`${ErrorCode}: ${ErrorMessage}`, { passing: true })
}

/** The text of a secret of Secrets Manager, by its name or ARN. */
async function readSecret(secret: string): Promise<string> {
  const region = regionOf(secret)
  const answer = await callAws({
    ...{ service: 'secretsmanager', region, headers: json('secretsmanager.GetSecretValue') },
    body: JSON.stringify({ SecretId: secret }),
  })
  const { SecretString } = JSON.parse(answer) as { SecretString?: string }
  if (SecretString === undefined) throw new NotDeliveredError('the secret holds no text', { passing: false })
  return SecretString
}

const json = (target: string) => ({ 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target })

function regionOf(nameOrArn: string): string {
  const region =
    /^arn:[^:]+:[^:]+:([^:]+):/.exec(nameOrArn)?.[1] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  if (region === undefined)
    throw new NotDeliveredError(`the region of ${nameOrArn} is not known: give its ARN, or set AWS_REGION`, {
      passing: false,
    })
  return region
}
