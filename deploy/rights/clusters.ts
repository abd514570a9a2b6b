import type { Config } from '../../lib/config/config.ts'
import type { Merge } from './merged.ts'
import { allow, parameterArn, type Statement, secretArn, sub } from './statement.ts'

/** How the clusters of the configuration are reached. One that is reached by a role of its own, or by a kubeconfig, is not described. */
export function clusters({ clusters }: Config, merge: Merge): Statement[] {
  const eks = clusters.map(({ eks }) => eks).filter(found => found !== undefined)
  const described = eks
    .filter(({ roleArn }) => roleArn === undefined)
    .map(
      ({ cluster, region = '${AWS::Region}' }) =>
        `arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:cluster/${cluster}`,
    )
  const roles = eks.flatMap(({ roleArn = [] }) => roleArn)
  const secrets = clusters.flatMap(({ kubeconfigSecret = [] }) => kubeconfigSecret)
  const parameters = clusters.flatMap(({ kubeconfigParameter = [] }) => kubeconfigParameter)
  return [
    allow('Clusters', ['eks:DescribeCluster'], merge(described).map(sub)),
    allow('ClusterRoles', ['sts:AssumeRole'], merge(roles)),
    allow('Secrets', ['secretsmanager:GetSecretValue'], merge(secrets.map(secretArn)).map(sub)),
    allow('Parameters', ['ssm:GetParameter'], merge(parameters.map(parameterArn)).map(sub)),
  ]
}
