// For flow.ts: node bench/flow-client.ts URL TOKEN COUNT SECONDS PAUSE: a client without flow control that sends so many requests at
// once, each a pause in ms after the answer to the one before. Prints how many were answered well, how many otherwise, and how
// long a good answer took at the 95th percentile, as JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'

/** Answered with one small object. */
const PATH = '/api/v1/namespaces/default'

const [url = '', token = '', ...numbers] = process.argv.slice(2)
const [count = 1, seconds = 1, pause = 0] = numbers.map(Number)
const dispatcher = new Agent({ pipelining: 1 })
const options = { dispatcher, headers: { authorization: `Bearer ${token}` } }
const took: number[] = []
let other = 0
const began = performance.now()
const end = began + seconds * 1000
await Promise.all(Array.from({ length: count }, work))
const elapsed = (performance.now() - began) / 1000
const p95 = took.toSorted((a, b) => a - b)[Math.ceil(took.length * 0.95) - 1]
console.log(JSON.stringify({ perSecond: took.length / elapsed, other, p95 }))
await dispatcher.close()

async function work(): Promise<void> {
  while (performance.now() < end) {
    const asked = performance.now()
    const { statusCode, body } = await request(url + PATH, options)
    await body.dump()
    if (statusCode === 200) took.push(performance.now() - asked)
    else other++
    if (pause > 0) await sleep(pause * 2 * Math.random())
  }
}
