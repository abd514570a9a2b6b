// A function in a process of its own, as Lambda would call it: `node invoke.ts backup EVENT` prints the answer as its last line.
import type { Context } from 'aws-lambda'

const [, , name = '', event = ''] = process.argv
const { handler } = (await import(`../../../functions/${name}.ts`)) as {
  handler(event: unknown, context: Context): Promise<unknown>
}
const context = { awsRequestId: 'e2e', getRemainingTimeInMillis: () => 900_000 } as Context
const answer = await handler(JSON.parse(event), context)
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0))
