/** Before an invocation's end, in ms: time for a checkpoint and for the queue; for short ones a fifth of what there is. */
const MARGIN_MS = 45_000

/** A signal that is aborted shortly before an invocation's time ends. Call `clear` when the work is done. */
export function deadline(remainingMs: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), remainingMs - Math.min(MARGIN_MS, remainingMs / 5))
  return { signal: controller.signal, clear: () => clearTimeout(timer) }
}
