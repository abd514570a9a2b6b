// What the statements of roles are made of.
import { literal } from '../places.ts'

export interface Statement {
  Sid: string
  Effect: 'Allow'
  Action: string[]
  Resource: unknown
  Condition?: Record<string, Record<string, unknown>>
}

/** Of resources that may be none: see statementsOf. */
export function allow(Sid: string, Action: string[], Resource: unknown): Statement {
  return { Sid, Effect: 'Allow', Action, Resource }
}

/** A text with references, if it has some. */
export const sub = (text: string) => (text.includes('${') ? { 'Fn::Sub': text } : text)
export const arnOf = (resource: string) => ({ 'Fn::GetAtt': [resource, 'Arn'] })
export const unique = <T>(all: readonly T[]): T[] => [...new Set(all)]

// ARNs within Fn::Sub, of names or ARNs.

/** AWS puts a hyphen and six characters behind a secret's name. */
export const secretArn = (nameOrArn: string) => arn(nameOrArn, 'secretsmanager', `secret:${literal(nameOrArn)}-??????`)

export const parameterArn = (nameOrArn: string) =>
  arn(nameOrArn, 'ssm', `parameter/${literal(nameOrArn.replace(/^\//, ''))}`)

export const busArn = (nameOrArn: string) => arn(nameOrArn, 'events', `event-bus/${nameOrArn}`)

/** What is known by a name is in the region and account of the deployment. */
const arn = (nameOrArn: string, service: string, resource: string) =>
  nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`
