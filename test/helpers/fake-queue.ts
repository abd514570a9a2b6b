import type { SQSBatchResponse } from 'aws-lambda'
import type { Queues } from '../../lib/jobs/queue.ts'

/** A clock whose time passes only when nothing else can go on. */
export class WaitingClock {
  #ms: number
  readonly #sleepers: { until: number; wake: () => void }[] = []
  /** Told when somebody begins to wait. */
  onSleep: () => void = () => {}

  constructor(start: string) {
    this.#ms = Date.parse(start)
  }

  now = (): Date => new Date(this.#ms)

  sleep = (ms: number): Promise<void> =>
    new Promise(wake => {
      this.#sleepers.push({ until: this.#ms + ms, wake })
      this.onSleep()
    })

  get asleep(): number {
    return this.#sleepers.length
  }

  /** The next time at which somebody wakes up. */
  get next(): number {
    return Math.min(...this.#sleepers.map(({ until }) => until))
  }

  advanceTo(ms: number): void {
    this.#ms = Math.max(this.#ms, ms)
    const due = this.#sleepers.filter(({ until }) => until <= this.#ms)
    for (const sleeper of due) this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
    for (const { wake } of due) wake()
  }
}

interface Message {
  body: string
  visible: number
  received: number
}

/** As serverless.yml sets the queues up. */
const VISIBILITY_MS = 5_400_000
const RECEPTIONS = 9

/**
 * A queue as SQS and Lambda are together: it hands each message to an invocation, at most `atOnce` of them, shows one that was
 * not done with again, gives it up in the end, and hands some out twice.
 */
export class FakeQueue implements Queues {
  readonly buried: [body: string, reason: string][] = []
  readonly givenUp: string[] = []
  /** The most invocations that there were at once. */
  most = 0
  readonly #clock: WaitingClock
  readonly #atOnce: number
  readonly #twice: number
  readonly #messages: Message[] = []
  #sent = 0

  /** `twice`: each message of so many comes in two copies. */
  constructor(clock: WaitingClock, atOnce: number, twice: number) {
    this.#clock = clock
    this.#atOnce = atOnce
    this.#twice = twice
  }

  send = async (message: unknown, seconds = 0): Promise<void> => {
    const copies = ++this.#sent % this.#twice === 0 ? 2 : 1
    const visible = this.#clock.now().getTime() + seconds * 1000
    for (let i = 0; i < copies; i++) this.#messages.push({ body: JSON.stringify(message), visible, received: 0 })
  }

  bury = async (body: string, reason: string): Promise<boolean> => {
    this.buried.push([body, reason])
    return true
  }

  /** Hands messages out until there are none; `handle` throws where the invocation dies. */
  async drain(handle: (event: object) => Promise<unknown>): Promise<void> {
    let atWork = 0
    let changed = Promise.withResolvers<void>()
    const tell = () => {
      changed.resolve()
      changed = Promise.withResolvers()
    }
    this.#clock.onSleep = tell
    for (;;) {
      for (let message = this.#visible(); message !== undefined && atWork < this.#atOnce; message = this.#visible()) {
        this.most = Math.max(this.most, ++atWork)
        this.#deliver(message, handle).finally(() => {
          atWork--
          tell()
        })
      }
      if (atWork > this.#clock.asleep) await changed.promise
      else if (atWork === 0 && this.#messages.length === 0) return
      else this.#clock.advanceTo(Math.min(this.#clock.next, ...this.#waiting()))
    }
  }

  /** Messages that are visible while all invocations are at work do not move the time. */
  #waiting(): number[] {
    const now = this.#clock.now().getTime()
    return this.#messages.map(({ visible }) => visible).filter(visible => visible > now)
  }

  #visible(): Message | undefined {
    const now = this.#clock.now().getTime()
    for (const message of this.#messages.filter(({ visible }) => visible <= now)) {
      if (message.received < RECEPTIONS) return message
      this.givenUp.push(message.body)
      this.#remove(message)
    }
    return undefined
  }

  async #deliver(message: Message, handle: (event: object) => Promise<unknown>): Promise<void> {
    message.visible = this.#clock.now().getTime() + VISIBILITY_MS
    const record = {
      messageId: 'm',
      receiptHandle: 'h',
      eventSource: 'aws:sqs',
      attributes: { ApproximateReceiveCount: String(++message.received) },
      body: message.body,
    }
    const answer = (await handle({ Records: [record] }).catch(() => undefined)) as SQSBatchResponse | undefined
    if (answer?.batchItemFailures.length === 0) this.#remove(message)
  }

  #remove(message: Message): void {
    this.#messages.splice(this.#messages.indexOf(message), 1)
  }
}
