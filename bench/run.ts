// NAME [COUNT]: so many backups one after the other, each from settings to record, in a process of their own; prints what
// they took as one JSON line.
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { loadSettings } from '../lib/config/load.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { openStore } from '../lib/store/open.ts'
import type { Backup } from '../lib/velero/types.ts'

const env = process.env
const sources = { flags: {}, env, cwd: '/', home: homedir(), readFile: (path: string) => readFile(path, 'utf8') }
const settings = await loadSettings(sources)
const [name = 'bench', count = '1'] = process.argv.slice(2)
const spec = { includeClusterResources: true }

// The floor's clock starts with its modules loaded, too.
await (await openStore(settings.location)).close()

const seconds: number[] = []
let last: Backup | undefined
for (let i = 0; i < Number(count); i++) {
  const metadata = { name: `${name}-${i}`, namespace: 'velero', uid: crypto.randomUUID() }
  const started = performance.now()
  const { backup } = await createBackup(
    settings,
    { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec },
    { typed: true },
  )
  seconds.push((performance.now() - started) / 1000)
  last = backup
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const { phase, progress } = last?.status ?? {}
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
console.log(JSON.stringify({ phase, items: progress?.itemsBackedUp, seconds, cpuSeconds, peakBytes: maxRSS * 1024 }))
