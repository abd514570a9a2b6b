// node bench/cold.ts [--rounds 10]: the functions' bundles as they are deployed, how long a new process takes to load each, beside
// a Node that does nothing, and how long it is from the backup function's call to its first list request, with a cluster that
// is generated and MinIO from the cluster kit beside the project (../shared/cluster). One JSON line each, with its limit.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { BUCKET, makeBucket } from './bucket.ts'
import { startCluster } from './cluster.ts'
import { bundleFunctions } from './functions.ts'
import { startGenerated } from './generated/start.ts'
import { jobEnv, median, round, runProgram } from './measure.ts'

const LIMITS = { bytes: 4_000_000, importMilliseconds: 400, firstListMilliseconds: 1_000 }

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' } } })
const rounds = Number(values.rounds)
const INVOKE = fileURLToPath(new URL('invoke.ts', import.meta.url))
const quiet = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' }

const folder = mkdtempSync(join(tmpdir(), 'lateen-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const bundles = await bundleFunctions(folder)

const imports = new Map(bundles.map(({ name }) => [name, [] as number[]]))
const floors: number[] = []
// In turn, so that what else the machine does meanwhile falls on all of them. The first round warms caches.
for (let i = -1; i < rounds; i++) {
  const { seconds } = await runProgram(['-e', '0'], process.env)
  if (i >= 0) floors.push(seconds * 1000)
  for (const { name, path } of bundles) {
    const { importMilliseconds } = await invoke(path, process.env)
    if (i >= 0) imports.get(name)?.push(importMilliseconds)
  }
}
for (const { name, bytes } of bundles) {
  const milliseconds = median(imports.get(name) ?? [])
  print('bundle', name, { bytes, limit: LIMITS.bytes, ok: bytes < LIMITS.bytes, ratio: round(bytes / LIMITS.bytes, 3) })
  print('import', name, {
    milliseconds: Math.round(milliseconds),
    limit: LIMITS.importMilliseconds,
    ok: milliseconds < LIMITS.importMilliseconds,
    ratio: round(milliseconds / median(floors), 2),
  })
}
await firstList(bundles.find(({ name }) => name === 'backup')?.path ?? '')

async function firstList(path: string): Promise<void> {
  const { env: store } = startCluster({ minio: true })
  await makeBucket(store, BUCKET)
  const times: number[] = []
  for (let i = -1; i < rounds; i++) {
    const cluster = await startGenerated(100)
    const metadata = { name: `cold-${i + 1}`, uid: crypto.randomUUID() }
    const event = { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec: { includeClusterResources: true } }
    const { calledMs, answer } = await invoke(path, jobEnv(cluster.env, store, BUCKET), JSON.stringify(event))
    if (answer?.phase !== 'Completed') throw new Error(`the backup function answered ${JSON.stringify(answer)}`)
    const { firstListMs = Number.NaN } = await cluster.counts()
    await cluster.stop()
    if (i >= 0) times.push(firstListMs - calledMs)
  }
  const milliseconds = median(times)
  print('first list', 'backup', {
    milliseconds: Math.round(milliseconds),
    limit: LIMITS.firstListMilliseconds,
    ok: milliseconds < LIMITS.firstListMilliseconds,
    ratio: round(milliseconds / median(floors), 2),
  })
}

async function invoke(path: string, env: NodeJS.ProcessEnv, ...event: string[]) {
  const { output } = await runProgram([INVOKE, path, ...event], { ...env, ...quiet })
  return JSON.parse(output) as { importMilliseconds: number; calledMs: number; answer?: { phase: string } }
}

function print(bench: string, way: string, figures: object): void {
  console.log(JSON.stringify({ bench: `cold ${bench}`, way, ...figures }))
}
