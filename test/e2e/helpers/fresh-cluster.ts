import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { connect } from '../../../lib/cluster/connect.ts'
import type { Transport } from '../../../lib/cluster/types.ts'

/** A control plane that nothing but its own controllers has written to yet. */
export interface FreshCluster {
  transport: Transport
  /** For `lateen`: this cluster in place of the one that all tests share. */
  env: { KUBECONFIG: string; OPERATOR_KUBECONFIG: string }
  /** Stops it, and removes all that is left of it. */
  down(): Promise<void>
}

const kit = fileURLToPath(new URL('../../../../shared/cluster', import.meta.url))

/** Why tests that need a cluster of their own are skipped; '' where one can be had. */
export const noKit = existsSync(`${kit}/up`) ? '' : `there is no ${kit}/up`

const execute = promisify(execFile)

/** Takes some seconds. To be taken down by whoever asked for it. */
export async function freshCluster(): Promise<FreshCluster> {
  const dir = await mkdtemp(join(tmpdir(), 'lateen-e2e-cluster-'))
  const down = () => execute(`${kit}/down`, [dir])
  try {
    await execute(`${kit}/up`, [dir], { env: { ...process.env, NO_MINIO: '1' } })
    const variables = await readFile(join(dir, 'env'), 'utf8')
    const variable = (name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(variables)?.[1] ?? ''
    const env = { KUBECONFIG: variable('KUBECONFIG'), OPERATOR_KUBECONFIG: variable('OPERATOR_KUBECONFIG') }
    const { transport } = await connect({ kubeconfig: env.KUBECONFIG })
    return {
      transport,
      env,
      async down() {
        await transport.close()
        await down()
      },
    }
  } catch (error) {
    await down().catch(() => {})
    throw error
  }
}
