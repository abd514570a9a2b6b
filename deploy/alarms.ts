import type { FunctionName } from './rights/functions.ts'

/** When somebody is to look, and what at. Metrics of ours are those of docs/observability.md. */
interface Alarm {
  name: string
  /** For whoever gets the mail. */
  text: string
  /** The function whose metric it is; absent of the dead-letter queue's. */
  key?: FunctionName['key']
  metric: string
  /** Seconds over which the metric is summed. */
  period: number
  /** Whether it is the silence that counts. */
  silent?: boolean
}

const ALARMS: readonly Alarm[] = [
  {
    name: 'BackupFailed',
    text: 'A backup Failed. `lateen backup get` shows which, `lateen backup describe NAME` why.',
    key: 'backup',
    metric: 'Failed',
    period: 300,
  },
  {
    name: 'BackupPartiallyFailed',
    text: 'A backup lacks something. `lateen backup describe NAME` tells what and why; all else is in it.',
    key: 'backup',
    metric: 'PartiallyFailed',
    period: 300,
  },
  {
    name: 'BackupRefused',
    text: "A Backup could not be meant as it was sent. `lateen backup describe NAME` has the validation's words.",
    key: 'backup',
    metric: 'FailedValidation',
    period: 300,
  },
  {
    name: 'RestoreFailed',
    text: 'A restore Failed. `lateen restore describe NAME` tells why.',
    key: 'restore',
    metric: 'Failed',
    period: 300,
  },
  {
    name: 'RestorePartiallyFailed',
    text: 'A restore left something out. `lateen restore describe NAME` tells what and why.',
    key: 'restore',
    metric: 'PartiallyFailed',
    period: 300,
  },
  {
    name: 'RunDied',
    text: 'A run that nobody worked on any more was ended as Failed. Its record has the reason.',
    key: 'gc',
    metric: 'EndedRuns',
    period: 3600,
  },
  {
    name: 'ScheduleLate',
    text: 'A schedule has had no Completed backup for longer than it should. `lateen schedule get` shows which.',
    key: 'gc',
    metric: 'ScheduleLate',
    period: 3600,
  },
  {
    name: 'NobodyTold',
    text: 'A notification could not be sent, and a collection failed with it again. The log of the gc function says why.',
    key: 'gc',
    metric: 'NotificationsFailed',
    period: 3600,
  },
  {
    name: 'DeadLetter',
    text: 'A message could not be used, or failed too often. It lies in the dead-letter queue with the reason.',
    metric: 'ApproximateNumberOfMessagesVisible',
    period: 300,
  },
  {
    name: 'TickSilent',
    text: 'No timer has looked at the schedules for a quarter of an hour: no backup begins by itself.',
    key: 'backup',
    metric: 'Timers',
    period: 900,
    silent: true,
  },
  {
    name: 'CollectionSilent',
    text: 'No timer has had the locations looked through for three hours: nothing expires, and nobody looks after dead runs.',
    key: 'gc',
    metric: 'Timers',
    period: 10_800,
    silent: true,
  },
]

/** Of what the functions measure, so that deployments beside each other are told apart. */
export const metricsNamespace = (stage: string) => `Lateen/${stage}`

/** `topic` is told of each; of a silence also when it has ended. */
export function alarms(stage: string, topic: unknown): Record<string, object> {
  return Object.fromEntries(ALARMS.map(alarm => [`${alarm.name}Alarm`, resource(alarm, stage, topic)]))
}

function resource({ text, key, metric, period, silent = false }: Alarm, stage: string, topic: unknown): object {
  const ours = { Namespace: metricsNamespace(stage), Dimensions: [{ Name: 'service', Value: key }] }
  const queue = {
    Namespace: 'AWS/SQS',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } }],
  }
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: text,
      ...(key === undefined ? queue : ours),
      MetricName: metric,
      Statistic: 'Sum',
      Period: period,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: silent ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
      TreatMissingData: silent ? 'breaching' : 'notBreaching',
      AlarmActions: [topic],
      ...(silent && { OKActions: [topic] }),
    },
  }
}
