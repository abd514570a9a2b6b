import { Readable } from 'node:stream'
import type { Connection } from '../../lib/cluster/connect.ts'
import { readBody } from '../../lib/cluster/http/read.ts'

/** What is answered to some requests (`GET /path`) is shown otherwise; undefined: as it is. */
export type Rewrite = (call: string) => ((text: string) => string) | undefined

export function rewriting(rewrite: Rewrite): (connection: Connection) => Connection {
  return ({ transport, ...connection }) => ({
    ...connection,
    transport: {
      server: transport.server,
      close: () => transport.close(),
      request: async request => {
        const response = await transport.request(request)
        const change = rewrite(`${request.method} ${request.path}`)
        if (change === undefined) return response
        const body = Readable.from([Buffer.from(change((await readBody(response)).toString()))])
        return { ...response, body }
      },
    },
  })
}

/** A definition as it is until it is served. */
export const unestablished = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_, value) =>
    value?.type === 'Established' ? { ...value, status: 'False' } : value,
  )
