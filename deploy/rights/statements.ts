// What each function may do, and why: one list of grants, each a pure function of the configuration. docs/security.md shows them as
// a table; test/unit/deploy/ holds both against what the code calls.
import type { Config } from '../../lib/config/config.ts'
import { s3Places } from '../places.ts'
import { clusters } from './clusters.ts'
import type { FunctionName } from './functions.ts'
import { keys } from './keys.ts'
import { asTheyAre, type Merge, merged } from './merged.ts'
import { notifications } from './notifications.ts'
import { s3 } from './s3.ts'
import { allow, arnOf, type Statement, sub } from './statement.ts'

/** What IAM takes as the policies of a role, in characters without white space, less some for what references become. */
const MOST = 10_240 - 1_240

/**
 * All that a function may do. Where that is more than IAM takes, as of thirty locations and more, those of a bucket are named by what their
 * prefixes have in common, and so are clusters: docs/security.md says what that widens.
 */
export function statementsOf(name: FunctionName, config: Config, stage: string): Statement[] {
  const named = grants(name, config, stage, asTheyAre)
  return JSON.stringify(named).length <= MOST ? named : grants(name, config, stage, merged)
}

/** Statements without resources, which nothing of the configuration asks for, are left out. */
function grants(name: FunctionName, config: Config, stage: string, merge: Merge): Statement[] {
  const places = s3Places(config)
  const statements = [
    logs(name, stage),
    ...queues(name),
    ...s3(name, places, merge),
    ...(name.reachesClusters ? clusters(config, merge) : []),
    ...notifications(config),
    ...keys(config, places),
    ...network(config),
  ]
  return statements.filter(({ Resource }) => !Array.isArray(Resource) || Resource.length > 0)
}

function logs({ key }: FunctionName, stage: string): Statement {
  const group = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/lateen-${stage}-${key}:*`
  return allow('Logs', ['logs:CreateLogStream', 'logs:PutLogEvents'], sub(group))
}

function queues({ resource, sendsTo }: FunctionName): Statement[] {
  return [
    // Lambda takes messages from the queue by the function's role.
    allow('OwnQueue', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf(`${resource}Queue`)),
    allow('Send', ['sqs:SendMessage'], [...sendsTo, 'DeadLetters'].map(arnOf)),
  ]
}

/** Of a function in a VPC; AWS takes no narrower resource for them. */
function network({ deployment: { vpc } = {} }: Config): Statement[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeSubnets',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]
  return [allow('Network', actions, vpc === undefined ? [] : ['*'])]
}
