import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { newBucket } from '../../e2e/helpers/bucket.ts'
import { configurationFile } from './configuration.ts'
import { type Deployment, deploy } from './deployment.ts'
import { startMoto } from './moto.ts'
import { copyOfProject } from './project.ts'

/** What all tests of the functions share. */
export interface Deployed {
  deployment: Deployment
  /** The folder of aws-lambda-ric. */
  runtime: string
  /** The buckets of the two locations. */
  buckets: { first: string; second: string }
}

declare module 'vitest' {
  interface ProvidedContext {
    deployed: Deployed | undefined
  }
}

/** Once before all: the project, packaged and deployed to AWS' APIs on this machine. Left out where the tests are. */
export default async function setup({ provide }: TestProject): Promise<undefined | (() => Promise<void>)> {
  const { KUBECONFIG, S3_ENDPOINT } = process.env
  if (!KUBECONFIG || !S3_ENDPOINT) {
    provide('deployed', undefined)
    return undefined
  }
  const tools = execFileSync(fileURLToPath(new URL('tools', import.meta.url)), { encoding: 'utf8' }).trim()
  const [moto, first, second] = await Promise.all([startMoto(join(tools, 'moto')), newBucket(), newBucket()])
  await Promise.all([first.store.close(), second.store.close()])
  const nameOf = ({ env }: typeof first) => env.LATEEN_BUCKET.slice('s3://'.length)
  const buckets = { first: nameOf(first), second: nameOf(second) }
  const folder = await copyOfProject({ 'lateen.yaml': configurationFile(['first', 'second'], buckets, S3_ENDPOINT) })
  try {
    const deployment = await deploy(moto.endpoint, folder, { LATEEN_BUCKET_NAME: buckets.first })
    provide('deployed', { deployment, runtime: join(tools, 'ric/node_modules/aws-lambda-ric'), buckets })
  } catch (error) {
    await moto.stop()
    throw error
  }
  return async () => {
    await moto.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
