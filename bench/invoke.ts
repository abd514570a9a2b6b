// BUNDLE [EVENT]: loads a function as Lambda does, and calls it where there is an event, as JSON. Prints one JSON line.
import { createRequire } from 'node:module'

const [bundle = '', event] = process.argv.slice(2)
const started = performance.now()
const { handler } = createRequire(import.meta.url)(bundle)
const importMilliseconds = performance.now() - started
const calledMs = Date.now()
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 900_000 }
const answer = event === undefined ? undefined : await handler(JSON.parse(event), context)
process.stdout.write(`${JSON.stringify({ importMilliseconds, calledMs, answer })}\n`)
