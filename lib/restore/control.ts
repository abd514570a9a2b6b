/** How a restore is told to end early, and how it waits. */
export interface RestoreControl {
  /** Aborted where going on makes no sense: the lease is lost, a part has failed for good. */
  readonly signal: AbortSignal
  /** The deadline is near, or the user asked to stop: a checkpoint follows, and what waits is left for later. */
  stopping(): boolean
  /** In ms. */
  sleep(ms: number): Promise<unknown>
  now(): Date
  /** What is waited for, and since when, in ms: a wait that an invocation has to leave is gone on with by the next. */
  readonly waits: Map<string, number>
}

/** Thrown out of a wait where the run is stopping: the item is left for the next invocation. */
export class Postponed extends Error {
  override name = 'Postponed'
}

/** Waits so many ms, or until the run is stopping. */
export async function pause(control: RestoreControl, ms: number): Promise<void> {
  for (let left = ms; left > 0 && !control.stopping(); left -= STEP_MS) await control.sleep(Math.min(left, STEP_MS))
}

const STEP_MS = 500

/**
 * Asks again and again until the answer is not undefined: soon at first, then every second, for at most `limitMs` of the
 * control's clock, of all invocations that wait for `what`. Answers undefined where the time ran out. Throws Postponed where the
 * run is stopping.
 */
export async function poll<T>(
  control: RestoreControl,
  what: string,
  limitMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { waits } = control
  const since = waits.get(what) ?? control.now().getTime()
  waits.set(what, since)
  const end = since + limitMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    const answer = await ask()
    if (answer !== undefined) {
      waits.delete(what)
      return answer
    }
    control.signal.throwIfAborted()
    if (control.now().getTime() >= end) return undefined
    if (control.stopping()) throw new Postponed()
    await control.sleep(waitMs)
  }
}
