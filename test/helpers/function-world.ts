import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vi } from 'vitest'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../playground/cluster/cluster.ts'

/** What the functions find in their environment: a cluster, a folder for a bucket, and no queue. */
export interface FunctionWorld extends AsyncDisposable {
  cluster: EmbeddedCluster
  /** The path of the folder. */
  bucket: string
}

/** Stubs the environment of this process until it is disposed of. */
export async function openFunctionWorld(...seeds: Parameters<EmbeddedCluster['seed']>): Promise<FunctionWorld> {
  const cluster = await startEmbeddedCluster()
  cluster.seed(...seeds)
  const bucket = await mkdtemp(join(tmpdir(), 'lateen-function-'))
  vi.stubEnv('LATEEN_BUCKET', pathToFileURL(bucket).href)
  vi.stubEnv('LATEEN_KUBECONFIG_TEXT', cluster.kubeconfig)
  for (const name of ['BACKUP', 'RESTORE', 'GC']) vi.stubEnv(`LATEEN_${name}_QUEUE_URL`, '')
  return {
    cluster,
    bucket,
    [Symbol.asyncDispose]: async () => {
      vi.unstubAllEnvs()
      await cluster.stop()
      await rm(bucket, { recursive: true })
    },
  }
}
