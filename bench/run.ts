// One backup, from settings to record, in a process of its own; prints what it took as one JSON line.
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { loadSettings } from '../lib/config/load.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { openStore } from '../lib/store/open.ts'

const env = process.env
const sources = { flags: {}, env, cwd: '/', home: homedir(), readFile: (path: string) => readFile(path, 'utf8') }
const settings = await loadSettings(sources)
const metadata = { name: process.argv[2] as string, namespace: 'velero', uid: crypto.randomUUID() }
const spec = { includeClusterResources: true }

// The floor's clock starts with its modules loaded, too.
await (await openStore(settings.location)).close()

const started = performance.now()
const { backup } = await createBackup(
  settings,
  { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec },
  { typed: true },
)
const seconds = (performance.now() - started) / 1000
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const { phase, progress } = backup.status ?? {}
console.log(
  JSON.stringify({
    phase,
    items: progress?.itemsBackedUp,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakBytes: maxRSS * 1024,
  }),
)
