import { type Lease, LeaseLostError, RENEW_MS } from '../bucket/lease.ts'

/**
 * Keeps a lease while its holder works. `lost` is called once, with the reason, where the lease could not be kept:
 * whoever works must stop. `renewed` is called after each renewal. A store that is away for a moment is asked again while the lease lasts. Answers how to end it.
 */
export function keepLease(
  lease: Lease,
  duties: {
    progress: () => Record<string, number>
    lost: (reason: unknown) => void
    renewed?: () => Promise<void>
  },
): () => Promise<void> {
  let beat: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    beat = lease
      .renew({ progress: duties.progress() })
      .then(duties.renewed)
      .catch(error => {
        if (!(error instanceof LeaseLostError) && lease.left > RENEW_MS) return
        clearInterval(timer)
        duties.lost(error)
      })
  }, RENEW_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await beat
  }
}

/** Lets others take over at once, or its own run for some ms. Where that fails the lease ends by itself, and what went before is what matters. */
export async function giveUpLease(lease: Lease, keptMs = 0): Promise<void> {
  await lease.release(keptMs).catch(() => {})
}
