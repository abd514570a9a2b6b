import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../lib/config/load.ts'
import { withFile } from '../sources.ts'

const config = (entry: string) => withFile(`clusters:\n  - { name: prod }\nnotifications:\n  - ${entry}\n`)

async function refusal(entry: string): Promise<string> {
  const error = await loadConfig(config(entry)).then(
    () => undefined,
    error => error as Error,
  )
  return error?.message ?? 'was accepted'
}

describe('notifications in lateen.yaml', () => {
  it.each([
    ['topic: arn:aws:sns:eu-central-1:123456789012:lateen', 'topic'],
    ['topic: arn:aws-cn:sns:cn-north-1:123456789012:lateen.fifo', 'topic'],
    ['eventBus: default', 'eventBus'],
    ['eventBus: arn:aws:events:eu-central-1:123456789012:event-bus/ops', 'eventBus'],
    ['webhook: https://hooks.example.com/T0KEN', 'webhook'],
    ['webhook: http://127.0.0.1:8080/T0KEN', 'webhook'],
    ['webhookSecret: lateen/slack', 'webhookSecret'],
  ])('may have %s, which is told of what did not end well', async (entry, kind) => {
    const value = entry.slice(entry.indexOf(' ') + 1)
    expect((await loadConfig(config(entry))).notifications).toEqual([
      { target: { kind, value }, phases: ['PartiallyFailed', 'Failed', 'FailedValidation'] },
    ])
  })

  it.each([
    ['nobody', 'phases: [Failed]', '4:5: notifications[0] tells nobody; give one of topic, eventBus'],
    ['two', '{ eventBus: a, webhookSecret: b }', '4:5: notifications[0] tells more than one: eventBus, webhookSecret'],
    ['a name for a topic', 'topic: lateen', '4:5: notifications[0].topic must be the ARN of an SNS topic'],
    ['a bus that can be none', 'eventBus: "a b"', '4:5: notifications[0].eventBus must be the name or the ARN'],
    ['an unknown cluster', '{ eventBus: a, clusters: [prd] }', 'clusters[0] names no cluster (did you mean "prod"?)'],
    ['a phase that is no end', '{ eventBus: a, phases: [InProgress] }', 'phases[0] must be Completed'],
    ['a field misspelt', 'webhok: https://x', 'is not a known field (did you mean "webhook"?)'],
  ])('that tell %s are refused with the place', async (_, entry, message) => {
    expect(await refusal(entry)).toContain(message)
  })

  it.each([
    'http://hooks.example.com/T0KEN',
    'https://ann:T0KEN@hooks.example.com',
    'T0KEN',
    'ftp://localhost/T0KEN',
  ])('whose webhook is %s are refused without that', async url => {
    const message = await refusal(`webhook: ${url}`)
    expect(message).toContain('notifications[0].webhook must')
    expect(message).not.toContain('T0KEN')
  })
})
