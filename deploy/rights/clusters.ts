import type { Config } from '../../lib/config/config.ts'
import { allow, parameterArn, type Statement, secretArn, sub, unique } from './statement.ts'

/** One that is reached by a role of its own, or by a kubeconfig, is not described. */
export function clusters({ clusters }: Config): Statement[] {
  const eks = clusters.map(({ eks }) => eks).filter(found => found !== undefined)
  const described = eks
    .filter(({ roleArn }) => roleArn === undefined)
    .map(({ cluster, region = '${AWS::Region}' }) =>
      sub(`arn:\${AWS::Partition}:eks:${region}:\${AWS::AccountId}:cluster/${cluster}`),
    )
  const roles = unique(eks.flatMap(({ roleArn = [] }) => roleArn))
  return [allow('Clusters', ['eks:DescribeCluster'], described), allow('ClusterRoles', ['sts:AssumeRole'], roles)]
}

/** Those that AWS keeps. */
export function kubeconfigs({ clusters }: Config): Statement[] {
  return [
    allow(
      'Secrets',
      ['secretsmanager:GetSecretValue'],
      unique(clusters.flatMap(({ kubeconfigSecret = [] }) => kubeconfigSecret)).map(secretArn),
    ),
    allow(
      'Parameters',
      ['ssm:GetParameter'],
      unique(clusters.flatMap(({ kubeconfigParameter = [] }) => kubeconfigParameter)).map(parameterArn),
    ),
  ]
}
