import * as z from 'zod'
import { exchange } from './http/read.ts'
import type { ServerVersion, Transport } from './types.ts'

const schema = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() })

/** The API server's version; gitVersion is what people know: `v1.36.3`. */
export async function serverVersion(transport: Transport): Promise<ServerVersion> {
  return schema.parse(JSON.parse((await exchange(transport, { method: 'GET', path: '/version' })).toString('utf8')))
}
