import type { SQSClient, SQSClientConfig } from '@aws-sdk/client-sqs'

/** The queue that starts runs, and the one for messages that nobody can use. */
export interface Queues {
  /** Sends a message to the function itself, to be seen after some seconds, at most 15 minutes. */
  send(message: unknown, delaySeconds?: number): Promise<void>
  /** Puts a message aside with the reason. Answers false where there is no dead-letter queue. */
  bury(body: string, reason: string): Promise<boolean>
}

/** By their URLs; `region` where it is not that of the environment. `undefined` where there is no queue: requests are worked on where they arrive. */
export function openQueues(
  queue: string | undefined,
  deadLetters: string | undefined,
  region?: string,
): Queues | undefined {
  if (!queue) return undefined
  let client: Promise<{ sqs: typeof import('@aws-sdk/client-sqs'); client: SQSClient }> | undefined
  const open = () => {
    client ??= import('@aws-sdk/client-sqs').then(sqs => ({
      sqs,
      client: new sqs.SQSClient(clientSettings(region)),
    }))
    return client
  }
  return {
    send: async (message, delaySeconds = 0) => {
      const { sqs, client } = await open()
      const DelaySeconds = Math.min(Math.max(Math.ceil(delaySeconds), 0), 900)
      const MessageBody = JSON.stringify(message)
      await client.send(new sqs.SendMessageCommand({ QueueUrl: queue, MessageBody, DelaySeconds }))
    },
    bury: async (body, reason) => {
      if (!deadLetters) return false
      const { sqs, client } = await open()
      const MessageAttributes = { reason: { DataType: 'String', StringValue: acceptable(reason) } }
      await client.send(new sqs.SendMessageCommand({ QueueUrl: deadLetters, MessageBody: body, MessageAttributes }))
      return true
    },
  }
}

/** Where the SDK's own variables name an endpoint, as of an emulator, that counts and not the host in a queue's address. */
function clientSettings(region: string | undefined): SQSClientConfig {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SQS } = process.env
  const useQueueUrlAsEndpoint = !(AWS_ENDPOINT_URL_SQS || AWS_ENDPOINT_URL)
  return { useQueueUrlAsEndpoint, ...(region !== undefined && { region }) }
}

/** Of a text what SQS takes as an attribute: a reason may quote whatever somebody sent. */
function acceptable(text: string): string {
  return text.slice(0, 1024).replaceAll(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
