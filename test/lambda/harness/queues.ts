import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { vi } from 'vitest'
import { type Deployment, OPERATOR } from './deployment.ts'
import { type Polling, poll } from './mapping.ts'
import type { FunctionPool } from './pool.ts'

export type FunctionName = 'backup' | 'restore' | 'gc'

/** A message that was put aside. */
export interface DeadLetter {
  body: string
  reason: string | undefined
}

/** The deployed queues, and Lambda's pollers of them. */
export class DeployedQueues {
  readonly #sqs: SQSClient
  readonly #deployment: Deployment
  readonly #polling = new Set<Polling>()
  readonly #deadLetters: string

  constructor(deployment: Deployment) {
    this.#deployment = deployment
    const { endpoint, region } = deployment
    this.#sqs = new SQSClient({ endpoint, region, credentials: OPERATOR, useQueueUrlAsEndpoint: false })
    this.#deadLetters = deployment.functions.backup?.environment.LATEEN_DEAD_LETTER_QUEUE_URL ?? ''
  }

  /** Has Lambda poll the function's queue from now on. */
  connect(name: FunctionName, pool: FunctionPool): Polling {
    const mapping = this.#mapping(name)
    const polling = poll(this.#sqs, mapping, event => pool.call(event))
    this.#polling.add(polling)
    return polling
  }

  async send(name: FunctionName, message: unknown): Promise<void> {
    const MessageBody = typeof message === 'string' ? message : JSON.stringify(message)
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#mapping(name).queueUrl, MessageBody }))
  }

  /** How long a message that was received is not seen again; 90 minutes as deployed. In s. */
  async hideFor(name: FunctionName, seconds: number): Promise<void> {
    const Attributes = { VisibilityTimeout: String(seconds) }
    await this.#sqs.send(new SetQueueAttributesCommand({ QueueUrl: this.#mapping(name).queueUrl, Attributes }))
  }

  /** Done when a queue is empty: whatever was sent to it is done with. */
  async empty(name: FunctionName, timeout = 60_000): Promise<void> {
    const names = [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ] as const
    const count = async () => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: this.#mapping(name).queueUrl,
        AttributeNames: [...names],
      })
      const { Attributes } = await this.#sqs.send(command)
      return names.reduce((sum, each) => sum + Number(Attributes?.[each]), 0)
    }
    await vi.waitUntil(async () => (await count()) === 0, { timeout, interval: 200 })
  }

  /** Takes out what was put aside. */
  async deadLetters(): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = []
    for (;;) {
      const command = new ReceiveMessageCommand({
        ...{ QueueUrl: this.#deadLetters, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 },
        MessageAttributeNames: ['All'],
      })
      const { Messages = [] } = await this.#sqs.send(command)
      if (Messages.length === 0) return letters
      for (const { Body = '', MessageAttributes } of Messages)
        letters.push({ body: Body, reason: MessageAttributes?.reason?.StringValue })
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#polling].map(polling => polling.stop()))
    this.#sqs.destroy()
  }

  #mapping(name: FunctionName) {
    const mapping = this.#deployment.mappings[name]
    if (mapping === undefined) throw new Error(`nothing is mapped to the function ${name}`)
    return mapping
  }
}
