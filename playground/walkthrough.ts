// `npm start`: an application, a backup of it, its end, and its restore, by the very commands that a person would type. The
// cluster is the embedded one and the bucket a folder, unless LATEEN_BUCKET names a bucket: then it is whatever cluster is
// configured, in which nothing is touched but a namespace that the walkthrough makes and, at the end, removes again.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { connect } from '../lib/cluster/connect.ts'
import { loadSettings } from '../lib/config/load.ts'
import { timestampedName } from '../lib/velero/names.ts'
import { destroy, exists, look, NAMESPACE, running } from './application.ts'
import { applyManifests } from './apply.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from './cluster/cluster.ts'
import { lateen } from './commands.ts'
import { showChanges, tell } from './show.ts'

const real = process.env.LATEEN_BUCKET !== undefined
let embedded: EmbeddedCluster | undefined
try {
  const env = real ? process.env : await playground()
  const readText = (path: string) => readFile(path, 'utf8')
  const settings = await loadSettings({ flags: {}, env, cwd: process.cwd(), home: homedir(), readFile: readText })
  const { transport, name: cluster } = await connect(settings.cluster, { env })
  tell.title(real ? `Lateen on the cluster ${cluster}` : 'Lateen on a small cluster of its own')
  if (await exists(transport))
    throw new Error(`the cluster has a namespace ${NAMESPACE} already, which the walkthrough would delete`)

  tell.step('An application', `${NAMESPACE}: a Deployment with two pods and a Service, in ${transport.server}`)
  await applyManifests(transport, readFileSync(new URL('nginx-example.yaml', import.meta.url), 'utf8'))
  await running(transport)
  await embedded?.settled()
  const before = await look(transport)
  const run = async (...args: string[]) => {
    tell.command(args)
    return lateen(args, env)
  }

  const backup = timestampedName('nginx', new Date())
  tell.step('A backup of it', 'into the bucket, in the format of Velero')
  tell.took(await run('backup', 'create', backup, '--include-namespaces', NAMESPACE))

  tell.step('A disaster', `the namespace ${NAMESPACE} is deleted, with all that is in it`)
  await destroy(transport)

  tell.step('The restore', 'in order, each kind when what it needs is there')
  tell.took(await run('restore', 'create', backup, '--from-backup', backup))
  await running(transport)
  await embedded?.settled()

  tell.step('What is on record', 'in the bucket, and nowhere else')
  await run('backup', 'get')
  await run('restore', 'get')

  tell.step('What changed', 'names are what they were; addresses are new')
  showChanges(before, await look(transport))
  if (real) await destroy(transport)
  await transport.close()
  tell.end(env.LATEEN_BUCKET, backup, backup)
} finally {
  await embedded?.stop()
}

/** The environment of somebody who has the embedded cluster and an empty folder. */
async function playground(): Promise<NodeJS.ProcessEnv> {
  embedded = await startEmbeddedCluster()
  const folder = mkdtempSync(join(tmpdir(), 'lateen-'))
  const bucket = join(folder, 'bucket')
  mkdirSync(bucket)
  writeFileSync(join(folder, 'kubeconfig'), embedded.kubeconfig)
  const { KUBECONFIG: _, LATEEN_CONFIG: __, ...env } = process.env
  return { ...env, KUBECONFIG: join(folder, 'kubeconfig'), LATEEN_BUCKET: pathToFileURL(bucket).href }
}
