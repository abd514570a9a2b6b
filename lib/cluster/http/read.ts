import type { ApiRequest, ApiResponse, Transport } from '../types.ts'
import { joined, WholeBody } from './body.ts'

/** The whole body in one piece; for single objects and discovery, never for lists. */
export async function readBody(response: ApiResponse): Promise<Buffer> {
  if (response.body instanceof WholeBody) return response.body.bytes
  const chunks: Buffer[] = []
  for await (const chunk of response.body) chunks.push(chunk)
  return joined(chunks)
}

/** Sends a request and reads its answer whole. */
export async function exchange(transport: Transport, request: ApiRequest): Promise<Buffer> {
  return readBody(await transport.request(request))
}
