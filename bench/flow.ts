// node bench/flow.ts [--seats 10] [--ms 100] [--seconds 10] [--rounds 3]: how much of an API server's capacity flow control uses,
// how it follows when half of that is gone and when it is back, and what another client notices of it where the ceiling is
// half the capacity. Against the embedded cluster with as many seats, each taken for so many ms by a request, between two halves
// of the floor: a raw client that sends exactly as many requests at once as there are seats. Prints one JSON line for each
// length of queue.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { connect } from '../lib/cluster/connect.ts'
import { exchange } from '../lib/cluster/http/read.ts'
import { median, round, runProgram } from './measure.ts'

const { values } = parseArgs({
  options: {
    seats: { type: 'string', default: '10' },
    ms: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
})
const given = [values.seats, values.ms, values.seconds, values.rounds].map(Number)
const [seats = 1, serviceMs = 1, seconds = 1, rounds = 1] = given
/** Of restores. */
const CEILING = 32
/** More objects under way than flow control lets through. */
const UNDER_WAY = 64
/** In which flow control is to have found its place. */
const SETTLING_S = 2
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url))

interface Measured {
  /** Answers per second to the raw client. */
  floor: number
  /** With all seats, with half of them from then on, and with all again: shares of what the raw client gets. */
  full: number
  halved: number
  back: number
  /** With half of the seats. */
  refusedPerSecond: number
  /** Of another client alone, at the 95th percentile; beside us, as a multiple of that. */
  idleMs: number
  neighbour: number
  lost: number
}

interface Counts {
  served: number
  refused: number
}

for (const queueLength of [0, seats / 2, 50]) {
  const measured: Measured[] = []
  for (let i = 0; i < rounds; i++) measured.push(await measure(queueLength))
  const all = (name: keyof Measured) => measured.map(each => each[name])
  const ratios = { full: all('full'), halved: all('halved'), back: all('back'), neighbour: all('neighbour') }
  const medians = Object.entries(ratios).map(([name, each]) => [`${name}Ratio`, round(median(each), 2)])
  console.log(
    JSON.stringify({
      ...{ bench: 'flow', way: `queue of ${queueLength}`, seats, serviceMs, queueLength, ceiling: CEILING },
      capacityPerSecond: (1000 * seats) / serviceMs,
      floorPerSecond: Math.round(median(all('floor'))),
      ...Object.fromEntries(medians),
      idleP95Ms: round(median(all('idleMs')), 1),
      refusedPerSecond: round(median(all('refusedPerSecond')), 2),
      lost: all('lost').reduce((a, b) => a + b),
      all: Object.fromEntries(Object.entries(ratios).map(([name, each]) => [name, each.map(one => round(one, 2))])),
    }),
  )
}

async function measure(queueLength: number): Promise<Measured> {
  const server = fork(program('flow-server.ts'), [JSON.stringify({ seats, serviceMs, queueLength })])
  try {
    const [{ kubeconfig, url, limitedToken }] = await once(server, 'message')
    const other = (count: number, lasting: number, pause: number) =>
      runProgram([program('flow-client.ts'), url, limitedToken, ...[count, lasting, pause].map(String)], process.env)
    const raw = async (count: number): Promise<number> => JSON.parse((await other(count, seconds, 0)).output).perSecond
    const visit = async (): Promise<number> => JSON.parse((await other(1, seconds, serviceMs)).output).p95

    await raw(seats) // warms the server
    const [fullBefore, halfBefore] = [await raw(seats), await raw(seats / 2)]
    const steps = await follow(server, kubeconfig)
    const floor = (fullBefore + (await raw(seats))) / 2
    const half = (halfBefore + (await raw(seats / 2))) / 2
    const idleMs = await visit()
    const beside = await busy(kubeconfig, seats / 2, visit)
    return {
      ...{ floor, idleMs, refusedPerSecond: steps.refusedPerSecond, lost: steps.lost + beside.lost },
      ...{ full: steps.full / floor, halved: steps.halved / half, back: steps.back / floor },
      neighbour: beside.result / idleMs,
    }
  } finally {
    server.disconnect()
    await once(server, 'exit')
  }
}

/** Answers per second in each of the steps. */
async function follow(server: ChildProcess, kubeconfig: string) {
  const counts = async (change: { seats?: number } = {}): Promise<Counts> => {
    server.send(change)
    return (await once(server, 'message'))[0]
  }
  const settled = async (change: { seats?: number }, settling = SETTLING_S): Promise<Counts> => {
    await counts(change)
    await sleep(settling * 1000)
    const [before, began] = [await counts(), performance.now()]
    await sleep(seconds * 1000)
    const [after, elapsed] = [await counts(), (performance.now() - began) / 1000]
    return { served: (after.served - before.served) / elapsed, refused: (after.refused - before.refused) / elapsed }
  }
  const { result, lost } = await busy(kubeconfig, CEILING, async () => {
    const full = await settled({})
    const halved = await settled({ seats: seats / 2 })
    const back = await settled({ seats }, 10)
    return { full: full.served, halved: halved.served, back: back.served, refusedPerSecond: halved.refused }
  })
  return { ...result, lost }
}

/** Does something while requests are sent under flow control, as many as it lets through; `lost` of them were given up. */
async function busy<T>(kubeconfigText: string, maxConcurrency: number, meanwhile: () => Promise<T>) {
  const { transport } = await connect({ kubeconfigText, maxConcurrency })
  let [going, lost] = [true, 0]
  const work = async () => {
    while (going)
      await exchange(transport, { method: 'GET', path: '/api/v1/namespaces/default' }).catch(() => {
        lost++
      })
  }
  const working = Array.from({ length: UNDER_WAY }, work)
  const result = await meanwhile()
  going = false
  await Promise.all(working)
  await transport.close()
  return { result, lost }
}
