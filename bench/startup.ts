// node bench/startup.ts [--rounds 15]: how long the built command line takes from its start to its end, for commands that a person
// waits for, beside a Node that does nothing. A folder with backups is given by --bucket (default: two small ones made here).
// One JSON line each.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median, round } from './measure.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, bucket: { type: 'string' } } })
const lateen = fileURLToPath(new URL('../node_modules/.bin/lateen', import.meta.url))
const bucket = values.bucket ?? smallBucket()

const ways: Record<string, string[]> = {
  'node -e 0': [process.execPath, '-e', '0'],
  version: [lateen, 'version'],
  '--help': [lateen, '--help'],
  'backup get': [lateen, 'backup', 'get', '--bucket', bucket],
}
const seconds = new Map(Object.keys(ways).map(way => [way, [] as number[]]))
// In turn, so that what else the machine does meanwhile falls on all of them. The first round warms caches.
for (let i = -1; i < Number(values.rounds); i++)
  for (const [way, [command = '', ...args]] of Object.entries(ways)) {
    const start = performance.now()
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${way}: ${stderr}`)
    if (i >= 0) seconds.get(way)?.push(performance.now() - start)
  }
const floor = median(seconds.get('node -e 0') ?? [])
for (const [way, all] of seconds)
  console.log(
    JSON.stringify({
      bench: 'startup',
      way,
      milliseconds: Math.round(median(all)),
      ratio: round(median(all) / floor, 2),
    }),
  )

function smallBucket(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lateen-bench-'))
  for (const name of ['one', 'two']) {
    mkdirSync(join(folder, 'backups', name), { recursive: true })
    const record = {
      kind: 'Backup',
      apiVersion: 'velero.io/v1',
      metadata: { name, namespace: 'velero', uid: `uid-${name}` },
      spec: {},
      status: { phase: 'Completed' },
    }
    writeFileSync(join(folder, 'backups', name, 'velero-backup.json'), JSON.stringify(record))
  }
  return `file://${folder}`
}
