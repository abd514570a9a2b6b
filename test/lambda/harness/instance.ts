import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Credentials, environmentOf, heapFlags } from './environment.ts'
import { type Report, RuntimeApi } from './runtime-api.ts'
import type { DeployedFunction, Outcome } from './types.ts'

/** What instances of a function are made with. */
export interface Machine {
  /** The folder of the function's code, unpacked. */
  task: string
  /** The folder of aws-lambda-ric, built. */
  runtime: string
  /** An empty folder. */
  root: string
  credentials: Credentials
  network: Record<string, string>
}

const sandbox = fileURLToPath(new URL('sandbox.sh', import.meta.url))
/** sbx_user1051, who runs functions. */
const USER = '993:990'
const isRoot = process.getuid?.() === 0

/**
 * One execution environment of a function: a process that serves one call after another, frozen between them, and killed where one
 * takes longer than its time.
 */
export class Instance {
  readonly #fn: DeployedFunction
  readonly #child: ChildProcess
  readonly #api: RuntimeApi
  readonly #ended: Promise<unknown>
  readonly #onReport: Set<(report: Report) => void>
  #lines: string[] = []
  #dead = false

  private constructor(fn: DeployedFunction, child: ChildProcess, api: RuntimeApi, told: Set<(report: Report) => void>) {
    this.#fn = fn
    this.#child = child
    this.#api = api
    this.#onReport = told
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', line => this.#lines.push(line))
    this.#ended = once(child, 'close').then(() => {
      this.#dead = true
      api.stop()
    })
  }

  static async start(fn: DeployedFunction, machine: Machine): Promise<Instance> {
    const told = new Set<(report: Report) => void>()
    const api = await RuntimeApi.start(report => {
      for (const tell of told) tell(report)
    })
    const command = [
      ...['--mount', ...(isRoot ? [] : ['--user', '--map-root-user']), '--propagation', 'private', sandbox],
      ...[machine.root, machine.task, machine.runtime, process.execPath, String(fn.storageMb), isRoot ? USER : '-'],
      ...['/var/lang/bin/node', '--max-http-header-size=81920', ...heapFlags(fn.memoryMb), '/var/runtime/index.mjs'],
    ]
    const env = environmentOf(fn, api.address, machine.credentials, machine.network)
    const child = spawn('/usr/bin/unshare', command, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    const instance = new Instance(fn, child, api, told)
    const initialised = await instance.#until(report => report.kind === 'next' || report.kind === 'initError')
    if (initialised?.kind === 'next') child.kill('SIGSTOP')
    else await instance.#ended
    return instance
  }

  get alive(): boolean {
    return !this.#dead
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Open files and sockets. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  /** The most memory that it has had so far, in MB; what Lambda reports as used. */
  get peakMb(): number {
    const kb = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]
    return Number(kb) / 1024
  }

  /** Calls the function; one call at a time. A process that has more memory than the function's, or takes too long, is killed. */
  async call(event: unknown, timeoutMs: number): Promise<Outcome> {
    const requestId = randomUUID()
    if (this.#dead) return { requestId, lines: this.#taken(), how: 'died' }
    const functionArn = this.#fn.arn
    const reports: Report[] = []
    const frozen = this.#until(report => reports.push(report) > 0 && report.kind === 'next')
    let timedOut = false
    this.#child.kill('SIGCONT')
    this.#api.answer({ requestId, deadlineMs: Date.now() + timeoutMs, functionArn, event })
    const timer = setTimeout(() => {
      timedOut = true
      this.kill()
    }, timeoutMs)
    await frozen
    clearTimeout(timer)
    if (!this.#dead) this.#child.kill('SIGSTOP')
    const [report] = reports
    if (report?.kind === 'response')
      return { requestId, lines: await this.#printed(), how: 'answered', answer: JSON.parse(report.body) }
    if (report?.kind === 'error')
      return { requestId, lines: await this.#printed(), how: 'failed', error: JSON.parse(report.body) }
    return { requestId, lines: this.#taken(), how: timedOut ? 'timedOut' : 'died' }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    this.kill()
    await this.#ended
  }

  /** The report that is waited for; `undefined` where the process ends before. */
  async #until(isIt: (report: Report) => boolean): Promise<Report | undefined> {
    const { promise, resolve } = Promise.withResolvers<Report>()
    const tell = (report: Report) => {
      if (isIt(report)) resolve(report)
    }
    this.#onReport.add(tell)
    const first = await Promise.race([promise, this.#ended.then(() => undefined)])
    this.#onReport.delete(tell)
    return first
  }

  /** Output comes by a pipe, and may be read only after the answer that came by another. */
  async #printed(): Promise<string[]> {
    for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve))
    return this.#taken()
  }

  #taken(): string[] {
    const lines = this.#lines
    this.#lines = []
    return lines
  }
}
