// `npm start`: a cluster, a backup of it, and what is in the bucket then. The cluster is the embedded one and the bucket a
// folder, unless LATEEN_BUCKET names a bucket: then it is whatever cluster is configured, of which everything is backed up
// and nothing changed.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { connect } from '../lib/cluster/connect.ts'
import { loadSettings } from '../lib/config/load.ts'
import type { Settings } from '../lib/config/types.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { openBackupArchive } from '../lib/jobs/read.ts'
import { openStore } from '../lib/store/open.ts'
import { timestampedName } from '../lib/velero/names.ts'
import { applyManifests } from './apply.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from './cluster/cluster.ts'
import { showBucket, showItems, tell } from './show.ts'

const real = process.env.LATEEN_BUCKET !== undefined
let embedded: EmbeddedCluster | undefined
try {
  const settings = real ? await configured() : await playground()
  const { transport, name: cluster } = await connect(settings.cluster)
  tell.title(real ? `Lateen on the cluster ${cluster}` : 'Lateen on a small cluster of its own')
  if (embedded !== undefined) {
    tell.step('An application', `nginx-example: a Deployment with two pods and a Service, in ${transport.server}`)
    await applyManifests(transport, readFileSync(new URL('nginx-example.yaml', import.meta.url), 'utf8'))
    await embedded.settled()
  }
  await transport.close()

  const name = timestampedName('walkthrough', new Date())
  const flag = real ? '--include-cluster-resources=true' : '--include-namespaces nginx-example'
  tell.step('A backup', `lateen backup create ${name} ${flag}`)
  const started = performance.now()
  const metadata = { name, namespace: 'velero', uid: randomUUID() }
  const spec = real ? { includeClusterResources: true } : { includedNamespaces: ['nginx-example'] }
  const { backup, errors, warnings } = await createBackup(
    settings,
    { kind: 'Backup', apiVersion: 'velero.io/v1', metadata, spec },
    { typed: true },
  )
  tell.result(backup, performance.now() - started, [...errors, ...warnings])

  tell.step('What it holds', `${name}.tar.gz, as Velero and tar read it`)
  await showItems(await openBackupArchive(settings, name))

  const store = await openStore(settings.location)
  tell.step('What is in the bucket', store.url)
  await showBucket(store, name)
  await store.close()
  tell.end(real ? process.env.LATEEN_BUCKET : pathToFileURL(settings.location.spec.objectStorage.bucket).href, name)
} finally {
  await embedded?.stop()
}

function configured(): Promise<Settings> {
  return loadSettings({
    flags: {},
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    readFile: path => readFile(path, 'utf8'),
  })
}

async function playground(): Promise<Settings> {
  embedded = await startEmbeddedCluster()
  const bucket = join(mkdtempSync(join(tmpdir(), 'lateen-')), 'bucket')
  mkdirSync(bucket)
  return {
    cluster: { kubeconfigText: embedded.kubeconfig },
    location: { name: 'default', spec: { provider: 'file', objectStorage: { bucket } } },
  }
}
