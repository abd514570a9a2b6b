// The backup function in a process of its own, as Lambda would call it: `node invoke.ts EVENT` prints the answer as its last line.
import type { Context } from 'aws-lambda'
import { handler } from '../../../functions/backup.ts'

const context = { awsRequestId: 'e2e', getRemainingTimeInMillis: () => 900_000 } as Context
const answer = await handler(JSON.parse(process.argv[2] ?? ''), context)
process.stdout.write(`\n${JSON.stringify(answer)}\n`, () => process.exit(0))
