// A function in a process of its own, as Lambda would call it: `node invoke.ts backup EVENT [MS]` prints the answer as its last line; it
// has so many ms, or 15 minutes.
import type { Context } from 'aws-lambda'

const [, , name = '', event = '', ms = '900000'] = process.argv
const { handler } = (await import(`../../../functions/${name}.ts`)) as {
  handler(event: unknown, context: Context): Promise<unknown>
}
const context = { awsRequestId: 'e2e', getRemainingTimeInMillis: () => Number(ms) } as Context
const answer = await handler(JSON.parse(event), context)
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0))
