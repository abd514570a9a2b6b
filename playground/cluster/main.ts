import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedCluster } from './cluster.ts'

// The embedded cluster as a process of its own, so that its memory is not counted as anybody else's. Prints the path of
// its kubeconfig once it listens, and ends on SIGTERM or SIGINT. Lines on standard input are objects to seed, one in
// each; `seeded COUNT` is printed when that ends.
const folder = await mkdtemp(join(tmpdir(), 'lateen-cluster-'))
const cluster = await startEmbeddedCluster()
const path = join(folder, 'kubeconfig')
await writeFile(path, cluster.kubeconfig, { mode: 0o600 })
process.stdout.write(`${path}\n`)

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    await cluster.stop()
    await rm(folder, { recursive: true, force: true })
    process.exit(0)
  })

if (!process.stdin.isTTY) process.stdout.write(`seeded ${await seedLines()}\n`)

async function seedLines(): Promise<number> {
  let [count, rest] = [0, '']
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    const texts = lines.filter(line => line !== '')
    cluster.seedText(texts)
    count += texts.length
  }
  if (rest !== '') cluster.seedText([rest])
  return count + (rest === '' ? 0 : 1)
}
