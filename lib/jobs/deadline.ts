/** Before an invocation's end, in ms: time for a checkpoint and for the queue; for short ones a fifth of what there is. */
const MARGIN_MS = 45_000

/**
 * A signal that is aborted shortly before an invocation's time ends, and by SIGTERM, as a pod that is to go gets it: a run stops at a
 * checkpoint either way. Call `clear` when the work is done.
 */
export function deadline(remainingMs: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const timer = setTimeout(stop, remainingMs - Math.min(MARGIN_MS, remainingMs / 5))
  process.once('SIGTERM', stop)
  const clear = () => {
    clearTimeout(timer)
    process.off('SIGTERM', stop)
  }
  return { signal: controller.signal, clear }
}
