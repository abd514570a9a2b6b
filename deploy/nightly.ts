import { type Config, type ConfiguredCluster, clusterName } from '../lib/config/config.ts'
import { CLUSTER_ANNOTATION } from '../lib/velero/annotations.ts'

/**
 * A backup of everything each night, of each cluster, for as long as lateen.yaml has no schedules: whoever deploys this has backups.
 * `schedules: []` there says that there shall be none.
 */
export function nightlyTimers({ clusters, schedules }: Config, timeZone: string): Record<string, object> {
  if (schedules !== undefined) return {}
  const meant = clusters.length > 0 ? clusters : [undefined]
  return Object.fromEntries(
    meant.map((cluster, index) => [`NightlyTimer${index === 0 ? '' : index + 1}`, timer(cluster, timeZone)]),
  )
}

function timer(cluster: ConfiguredCluster | undefined, timeZone: string): object {
  const name = cluster && clusterName(cluster)
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Description: `A backup of everything each night${name === undefined ? '' : `, of the cluster ${name}`}`,
      ScheduleExpression: 'cron(0 3 * * ? *)',
      ScheduleExpressionTimezone: timeZone,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['BackupLambdaFunction', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['TimerRole', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } },
        Input: JSON.stringify({
          kind: 'Schedule',
          apiVersion: 'velero.io/v1',
          metadata: { name: 'daily', ...(name !== undefined && { annotations: { [CLUSTER_ANNOTATION]: name } }) },
          spec: { template: { includeClusterResources: true, ttl: '720h0m0s' } },
          time: '<aws.scheduler.scheduled-time>',
        }),
      },
    },
  }
}
