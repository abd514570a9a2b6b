// backup NAME COUNT SPEC, restore NAME COUNT SPEC, or gc NAME: so many jobs one after the other, each from settings to record,
// in a process of their own; prints what they took as one JSON line. SPEC is JSON.
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { loadSettings } from '../lib/config/load.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { collectGarbage } from '../lib/jobs/gc.ts'
import { createRestore } from '../lib/jobs/restore.ts'
import { openStore } from '../lib/store/open.ts'

const env = process.env
const sources = { flags: {}, env, cwd: '/', home: homedir(), readFile: (path: string) => readFile(path, 'utf8') }
const settings = await loadSettings(sources)
const [what = '', name = '', count = '1', spec = '{}'] = process.argv.slice(2)

/** Of the job at hand: seconds since its start, items done. */
let samples: [seconds: number, items: number][] = []
let jobStarted = 0
const sample = (items: number) => samples.push([(performance.now() - jobStarted) / 1000, items])

const jobs: Record<string, (metadata: { name: string; namespace: string; uid: string }) => Promise<object>> = {
  backup: async metadata => {
    const manifest = { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec: JSON.parse(spec) } as const
    const onProgress = (progress: { itemsBackedUp: number }) => sample(progress.itemsBackedUp)
    const { backup, errors } = await createBackup(settings, manifest, { typed: true, onProgress })
    return { phase: backup.status?.phase, items: backup.status?.progress?.itemsBackedUp, errors }
  },
  restore: async metadata => {
    const manifest = { kind: 'Restore', apiVersion: 'velero.io/v1', metadata, spec: JSON.parse(spec) } as const
    let counts = {}
    const onProgress = (progress: { itemsRestored: number; created: number; failed: number }) => {
      counts = { created: progress.created, failed: progress.failed }
      sample(progress.itemsRestored)
    }
    const { restore, errors } = await createRestore(settings, manifest, { typed: true, onProgress })
    return { phase: restore.status?.phase, items: restore.status?.progress?.itemsRestored, ...counts, errors }
  },
  gc: async () => {
    const { how, deleted, problems } = await collectGarbage(settings)
    return { phase: how === 'finished' && problems.length === 0 ? 'Completed' : how, items: deleted.length, problems }
  },
}

// The floor's clock starts with its modules loaded, too.
await (await openStore(settings.location)).close()

const seconds: number[] = []
let result = {}
for (let i = 0; i < Number(count); i++) {
  samples = []
  jobStarted = performance.now()
  result = await (jobs[what] as (typeof jobs)[string])({
    name: `${name}-${i}`,
    namespace: 'velero',
    uid: crypto.randomUUID(),
  })
  seconds.push((performance.now() - jobStarted) / 1000)
}
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6
console.log(JSON.stringify({ ...result, seconds, samples, cpuSeconds, peakBytes: await peakBytes() }))

/**
 * Of this process alone. The peak of getrusage is no good: Linux lets a process begin with that of whoever started it,
 * which here has filled a cluster.
 */
async function peakBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '')
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
  return kilobytes * 1024
}
