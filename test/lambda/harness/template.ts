import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A CloudFormation template as `serverless package` writes it. */
export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>
  Outputs: Record<string, { Value: unknown }>
}

export async function packagedTemplate(folder: string): Promise<Template> {
  return JSON.parse(await readFile(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'))
}

/** A timer: whom it calls, and with what. */
export interface Timer {
  expression: string
  /** The logical id of the function. */
  target: string
  /** What EventBridge Scheduler would send at a time. */
  eventAt(due: Date): unknown
}

export function timersOf({ Resources }: Template): Timer[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::Scheduler::Schedule')
    .map(({ Properties }) => {
      const { Arn, Input } = Properties.Target as { Arn: { 'Fn::GetAtt': [string, string] }; Input: string }
      return {
        expression: String(Properties.ScheduleExpression),
        target: Arn['Fn::GetAtt'][0],
        eventAt: due =>
          JSON.parse(Input.replaceAll('<aws.scheduler.scheduled-time>', due.toISOString().replace(/\.\d+/, ''))),
      }
    })
}
