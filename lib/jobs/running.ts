import type { Lease } from '../bucket/lease.ts'
import { keepLease } from './heartbeat.ts'
import { keepMemoryFlat } from './memory.ts'

/** Between checkpoints, in ms: what a dead run's successor has to do again. */
const CHECKPOINT_MS = 20_000
/** Between what is told to whoever watches, in ms. */
const TELL_MS = 200

/** What goes on beside the work of a run. */
export interface Duties {
  lease: Lease
  /** Aborted where going on makes no sense. */
  abort: AbortController
  /** For the lease's document. */
  progress(): Record<string, number>
  /** Writes down how far the run has come. */
  checkpoint(): Promise<void>
  tell(elapsedMs: number): void
  /** Whether somebody wants the run to end; asked at each renewal of the lease. */
  cancelled(): Promise<boolean>
  /** Done when nothing of the run is on its way any more, after it failed. */
  idle(): Promise<unknown>
}

/** Keeps a run's lease, memory, checkpoints and watchers while it works. */
export class Running {
  readonly #duties: Duties
  #checkpointing: Promise<void> = Promise.resolve()
  #cancelled = false

  constructor(duties: Duties) {
    this.#duties = duties
  }

  /** The work is to stop as soon as a checkpoint can tell what was done. */
  get cancelled(): boolean {
    return this.#cancelled
  }

  /** Checkpoints follow each other; one that is due while another is written waits for it. */
  checkpointSoon(): void {
    const { abort, checkpoint } = this.#duties
    this.#checkpointing = this.#checkpointing.then(checkpoint).catch(error => abort.abort(error))
  }

  /** `work` answers whether it was done, and `finish` follows; else it stopped, and a checkpoint does. Answers which it was. */
  async run(work: () => Promise<boolean>, finish: () => Promise<void>): Promise<boolean> {
    const { lease, abort, progress, checkpoint, tell, idle, cancelled } = this.#duties
    const endMemory = keepMemoryFlat()
    const renewed = async () => {
      this.#cancelled ||= await cancelled()
    }
    const endLease = keepLease(lease, { progress, lost: reason => abort.abort(reason), renewed })
    const checkpoints = setInterval(() => this.checkpointSoon(), CHECKPOINT_MS).unref()
    const started = performance.now()
    const teller = setInterval(() => tell(performance.now() - started), TELL_MS).unref()
    try {
      const done = (await work()) && !this.#cancelled
      clearInterval(checkpoints)
      await this.#checkpointing
      abort.signal.throwIfAborted()
      await (done ? finish() : checkpoint())
      return done
    } catch (error) {
      abort.abort(error)
      await idle()
      throw error
    } finally {
      clearInterval(checkpoints)
      clearInterval(teller)
      endMemory()
      await this.#checkpointing.catch(() => {})
      await endLease()
      // Whoever looks before the next invocation has come forward sees where this one ended.
      lease.note(progress())
      tell(performance.now() - started)
    }
  }
}
