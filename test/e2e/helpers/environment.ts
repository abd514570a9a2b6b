import { describe } from 'vitest'

const { KUBECONFIG, S3_ENDPOINT, CI_E2E } = process.env

const missing = Object.entries({ KUBECONFIG, S3_ENDPOINT })
  .filter(([, value]) => !value)
  .map(([name]) => name)

/** Of the object store; its credentials are the AWS_* variables. */
export const endpoint = S3_ENDPOINT ?? ''

/**
 * A suite that needs a real control plane and MinIO. Without them it is skipped and says so, but where CI_E2E=1 promises
 * them it fails.
 */
export function endToEnd(name: string, define: () => void): void {
  const why = `${missing.join(' and ')} not set`
  if (missing.length > 0 && CI_E2E === '1') throw new Error(`${name}: ${why}, though CI_E2E=1`)
  if (missing.length > 0) console.warn(`skipped: ${name}, for ${why}`)
  describe.skipIf(missing.length > 0)(name, define)
}
