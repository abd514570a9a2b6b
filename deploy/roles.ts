import type { Config } from '../lib/config/config.ts'
import { FUNCTIONS } from './rights/functions.ts'
import { statementsOf } from './rights/statements.ts'

/** A role for each function, so that a cluster can let one of them read and another write. */
export function roles(config: Config, stage: string): Record<string, object> {
  return Object.fromEntries(
    FUNCTIONS.map(name => [
      `${name.resource}Role`,
      role('lambda', `What Lateen's ${name.key} function may do`, statementsOf(name, config, stage)),
    ]),
  )
}

function role(service: string, description: string, statements: object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: description,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'lateen', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  }
}
