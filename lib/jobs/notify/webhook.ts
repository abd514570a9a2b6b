import { request } from 'undici'
import { webhookProblem } from '../../config/webhook.ts'
import { isPassing, NotDeliveredError } from './errors.ts'
import type { Notice } from './notice.ts'

/** For connecting, and for the answer, in ms. */
const PATIENCE_MS = 10_000

/** Posts the notice as JSON. Any 2xx is success; a redirect is none, for it would carry the notice to where nobody configured. Throws NotDeliveredError. */
export async function postWebhook(url: string, notice: Notice, patienceMs = PATIENCE_MS): Promise<void> {
  const problem = webhookProblem(url)
  if (problem !== undefined) throw new NotDeliveredError(`its URL ${problem}`, { passing: false })
  const signal = AbortSignal.timeout(patienceMs)
  const status = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'lateen' },
    body: JSON.stringify(notice),
    signal,
  }).then(
    async ({ statusCode, body }) => {
      await body.dump()
      return statusCode
    },
    // An error of a library may quote the URL; its code does not.
    error => {
      const why = signal.aborted ? `no answer within ${patienceMs / 1000} s` : codeOf(error)
      throw new NotDeliveredError(`it can't be reached: ${why}`, { passing: true })
    },
  )
  if (status >= 200 && status < 300) return
  throw new NotDeliveredError(`it answered ${status}`, {
    passing: isPassing(status),
    ...(status < 500 && { next: 'Check the URL: it may have been revoked.' }),
  })
}

function codeOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  return String((inner as { code?: unknown } | undefined)?.code ?? (inner as Error | undefined)?.name ?? 'unknown')
}
