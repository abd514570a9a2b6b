import type { Statement } from '../../deploy/rights/statement.ts'

/** What CloudFormation puts in place of its references, for a deployment of a test. */
const VALUES: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '123456789012',
}

/** A text of a template as the stack has it: resources are called by their logical names. */
export function resolved(value: unknown): string {
  if (typeof value === 'string') return value
  const { 'Fn::Sub': text, 'Fn::GetAtt': attribute, Ref: ref } = value as Record<string, string | string[] | undefined>
  if (typeof ref === 'string') return VALUES[ref] ?? ref
  if (Array.isArray(attribute)) return arnOf(attribute[0] ?? '')
  if (typeof text !== 'string') throw new Error(`this helper does not know ${JSON.stringify(value)}`)
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, kept: string, name: string) => {
    if (kept) return `\${${name}}`
    return VALUES[name] ?? arnOf(name.replace(/\.Arn$/, ''))
  })
}

export const arnOf = (resource: string) =>
  resource === 'Bucket' ? 'arn:aws:s3:::made' : `arn:aws:of:eu-central-1:123456789012:${resource}`

/** Statements with their references resolved, as IAM gets them. */
export function policyOf(statements: readonly Statement[]): Statement[] {
  return statements.map(statement => ({
    ...statement,
    Resource: list(statement.Resource).map(resolved),
    ...(statement.Condition && { Condition: resolvedConditions(statement.Condition) }),
  }))
}

function resolvedConditions(conditions: NonNullable<Statement['Condition']>): NonNullable<Statement['Condition']> {
  const keys = (among: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(among).map(([key, values]) => [key, list(values).map(resolved)]))
  return Object.fromEntries(Object.entries(conditions).map(([operator, among]) => [operator, keys(among)]))
}

/** Whether IAM would allow a call: some statement has its action and resource, and all its conditions hold in `context`. */
export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  return policyOf(statements).some(
    ({ Action, Resource, Condition = {} }) =>
      Action.includes(action) &&
      (Resource as string[]).some(pattern => isLike(pattern, resource)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, patterns]) => holds(operator, context[key], patterns as string[])),
      ),
  )
}

function holds(operator: string, value: string | undefined, patterns: readonly string[]): boolean {
  if (value === undefined) return operator.endsWith('IfExists')
  return patterns.some(pattern => isLike(pattern, value))
}

/** IAM's wildcards, and its way of meaning them literally. */
function isLike(pattern: string, text: string): boolean {
  const parts = pattern.split(/(\$\{[*?$]\}|\*|\?)/)
  const source = parts.map(part =>
    part === '*' ? '.*' : part === '?' ? '.' : escaped(part.replace(/^\$\{(.)\}$/, '$1')),
  )
  return new RegExp(`^${source.join('')}$`, 's').test(text)
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])
