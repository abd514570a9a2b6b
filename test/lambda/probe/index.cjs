// A function that tells what is around it, or does as it is told.
const fs = require('node:fs')
const os = require('node:os')
const v8 = require('node:v8')

const tryTo = work => {
  try {
    return work() ?? 'done'
  } catch (error) {
    return error.code
  }
}

exports.handler = async (event, context) => {
  if (event.later) setTimeout(() => console.log(event.later), 300)
  if (event.stay) await new Promise(resolve => setTimeout(resolve, 400))
  if (event.exit) process.exit(1)
  if (event.hang) await new Promise(() => setInterval(() => {}, 1000))
  if (event.throw) throw new Error(event.throw)
  return {
    writes: {
      task: tryTo(() => fs.writeFileSync('/var/task/x', '')),
      home: tryTo(() => fs.mkdirSync(os.homedir(), { recursive: true })),
      root: tryTo(() => fs.writeFileSync('/x', '')),
      temporary: tryTo(() => fs.writeFileSync('/tmp/x', '')),
    },
    reads: tryTo(() => fs.readdirSync('/root')),
    environment: Object.keys(process.env),
    cwd: process.cwd(),
    uid: process.getuid(),
    heapMb: v8.getHeapStatistics().heap_size_limit / 2 ** 20,
    node: process.versions.node,
    remainingMs: context.getRemainingTimeInMillis(),
    arn: context.invokedFunctionArn,
  }
}
