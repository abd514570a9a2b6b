// npm run bench [-- --quick] [-- --record]: every benchmark, one after the other; prints their JSON lines, then the ratios of
// earlier states (bench/history.jsonl) with those of this one as the last line, and a warning for each that is worse by more than
// a fifth. --quick: small sizes, in a few minutes. --record: the line is written into the history, too.
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Figure, ratiosOf, type State, worsened } from './compare.ts'

const ALL = [
  'backup',
  'backup --set real --items 10000,100000',
  'backup --set real --large --items 1000 --rounds 3',
  'restore',
  'restore --set real --items 10000 --ways indexed',
  'scale',
  'startup',
  'cold',
  'gc',
  'flow',
]
/** Those that take the longest last. */
const QUICK = [
  'startup --rounds 7',
  'cold --rounds 5',
  'backup --items 1000,10000 --rounds 3',
  'gc --backups 500',
  'restore --items 1000 --rounds 1 --ways indexed',
]
/** After which --quick begins no other one. */
const QUICK_MS = 240_000
const HISTORY = fileURLToPath(new URL('history.jsonl', import.meta.url))

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, record: { type: 'boolean', default: false } },
})

let stopped = false
// The benchmark at work gets it as well, and stops what it started.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    stopped = true
  })

const figures: Figure[] = []
const started = performance.now()
for (const command of values.quick ? QUICK : ALL) {
  if (values.quick && performance.now() - started > QUICK_MS) {
    console.error(`Left out, for the others took too long: ${command}.`)
    continue
  }
  const code = await run(command)
  if (stopped) process.exit(1)
  if (code === 0) continue
  console.error(`Failed: ${command}.`)
  process.exitCode = 1
}
report()

function run(command: string): Promise<number | null> {
  const [name, ...args] = command.split(' ')
  const program = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', line => {
    console.log(line)
    figures.push(JSON.parse(line))
  })
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
}

function report(): void {
  const lines = readFileSync(HISTORY, 'utf8').trim().split('\n')
  const history: State[] = lines.filter(line => line !== '').map(line => JSON.parse(line))
  const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim()
  const state: State = { date: new Date().toISOString().slice(0, 10), commit, ratios: ratiosOf(figures) }
  console.log('\nRatios of earlier states, and of this one:')
  for (const each of [...history, state]) console.log(JSON.stringify(each))
  for (const { name, ratio, before } of worsened(history, state))
    console.log(`Warning: ${name} takes ${ratio} times its floor, where it took ${before} times.`)
  if (values.record) appendFileSync(HISTORY, `${JSON.stringify(state)}\n`)
}
