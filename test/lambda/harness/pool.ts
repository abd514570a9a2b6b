import { Instance, type Machine } from './instance.ts'
import type { DeployedFunction, Outcome } from './types.ts'

/**
 * A function with its instances: each serves one call at a time, an idle one is used again before another is made, and one that died
 * is replaced. The time that a call may take is `timeoutMs`, in place of the function's own where a test has less of it.
 */
export class FunctionPool {
  readonly machine: Machine
  readonly #idle: Instance[] = []
  readonly #all = new Set<Instance>()
  readonly fn: DeployedFunction
  timeoutMs: number | ((event: unknown) => number)
  /** All that the function printed so far. */
  readonly lines: string[] = []
  readonly outcomes: Outcome[] = []

  constructor(fn: DeployedFunction, machine: Machine) {
    this.fn = fn
    this.machine = machine
    this.timeoutMs = fn.timeoutMs
  }

  /** Of the instances there are. */
  get instances(): readonly Instance[] {
    return [...this.#all]
  }

  async call(event: unknown): Promise<Outcome> {
    const instance = this.#idle.pop() ?? (await this.#start())
    const timeoutMs = typeof this.timeoutMs === 'number' ? this.timeoutMs : this.timeoutMs(event)
    const outcome = await instance.call(event, timeoutMs)
    if (instance.alive) this.#idle.push(instance)
    else this.#all.delete(instance)
    this.lines.push(...outcome.lines)
    this.outcomes.push(outcome)
    return outcome
  }

  /** What the function answered; throws where it did not. */
  async answer(event: unknown): Promise<unknown> {
    const outcome = await this.call(event)
    if (outcome.how !== 'answered') throw new Error(`the function ${outcome.how}: ${JSON.stringify(outcome)}`)
    return outcome.answer
  }

  /** Lets the next call find no instance, as after minutes without one. */
  async cool(): Promise<void> {
    this.#idle.length = 0
    await Promise.all([...this.#all].map(instance => instance.stop()))
    this.#all.clear()
  }

  async #start(): Promise<Instance> {
    const instance = await Instance.start(this.fn, this.machine)
    this.#all.add(instance)
    return instance
  }
}
