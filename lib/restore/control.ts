/** How a restore is told to end early, and how it waits. */
export interface RestoreControl {
  /** Aborted where going on makes no sense: the lease is lost, a part has failed for good. */
  readonly signal: AbortSignal
  /** The deadline is near, or the user asked to stop: a checkpoint follows, and what waits is left for later. */
  stopping(): boolean
  /** In ms. */
  sleep(ms: number): Promise<unknown>
  now(): Date
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
 * control's clock. Answers undefined where the time ran out. Throws Postponed where the run is stopping.
 */
export async function poll<T>(
  control: RestoreControl,
  limitMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = control.now().getTime() + limitMs
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 1000)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    control.signal.throwIfAborted()
    if (control.stopping()) throw new Postponed()
    if (control.now().getTime() >= end) return undefined
    await control.sleep(waitMs)
  }
}
