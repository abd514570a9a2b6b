import { ApiError } from '../types.ts'

/** Error bodies are Status objects of some hundred bytes; of anything longer the rest is dropped. */
const ENOUGH = 256 * 1024

export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    if (size < ENOUGH) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks).toString('utf8')
}

// For answers that are no Status object: from proxies, load balancers, and aggregated APIs.
const REASONS: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

const NEXT: Record<number, string> = {
  401: 'Check the credentials of the kubeconfig user, or of the EKS access entry: they are wrong, have ended, or belong to another cluster.',
  403: 'Grant the right with a Role or ClusterRole bound to the user that the message names.',
}

/** The error for an answer other than 2xx. The message is the server's own. */
export function apiError(request: { method: string; path: string }, status: number, text: string): ApiError {
  const body = parseStatus(text)
  const reason = (typeof body?.reason === 'string' && body.reason) || (REASONS[status] ?? 'Unknown')
  const message =
    body?.message ||
    `${request.method} ${request.path.split('?')[0]} was answered ${status}: ${oneLine(text) || reason}`
  // Whoever is let in as nobody has no valid credentials, whatever the status says.
  const next = NEXT[message.includes('"system:anonymous"') ? 401 : status]
  return new ApiError(message, {
    status,
    reason,
    ...(body !== undefined && { body }),
    ...(next !== undefined && { next }),
  })
}

function parseStatus(text: string): (NonNullable<ApiError['body']> & { reason?: unknown }) | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return 'kind' in value && value.kind === 'Status' ? (value as NonNullable<ApiError['body']>) : undefined
  } catch {
    // Plain text or HTML: told in the message.
    return undefined
  }
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}...` : line
}
