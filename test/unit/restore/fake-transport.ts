import { ApiError, type ApiRequest, ConnectionError, type Transport } from '../../../lib/cluster/types.ts'
import type { RestoreControl } from '../../../lib/restore/control.ts'
import { TestClock } from '../../helpers/clock.ts'

/** What is answered: an object, or a status that is none of 2xx, or nothing, for a connection that breaks. */
export type Answer = object | number | undefined

export interface FakeTransport {
  transport: Transport
  calls: string[]
}

export function fakeTransport(answer: (call: string, request: ApiRequest) => Answer | Promise<Answer>): FakeTransport {
  const calls: string[] = []
  const request = async (asked: ApiRequest) => {
    const call = `${asked.method} ${asked.path}`
    calls.push(call)
    const answered = await answer(call, asked)
    if (answered === undefined) throw new ConnectionError('the connection broke')
    if (typeof answered === 'number') throw new ApiError(MESSAGES[answered] ?? '', { status: answered, reason: 'x' })
    const body = Object.assign([Buffer.from(JSON.stringify(answered))].values(), { destroy: () => {} })
    return { status: 200, headers: {}, body: body as never }
  }
  return { transport: { server: 'http://fake', request, close: async () => {} }, calls }
}

const MESSAGES: Record<number, string> = {
  403: 'forbidden: cannot create resource',
  404: 'not found',
  409: 'already exists',
  500: 'not now',
}

/** Time passes at once. */
export function controlOf(clock = new TestClock(), stopping = () => false): RestoreControl {
  return { signal: new AbortController().signal, stopping, sleep: clock.sleep, now: clock.now, waits: new Map() }
}
