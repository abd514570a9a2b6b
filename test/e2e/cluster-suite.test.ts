import { expect, it } from 'vitest'
import { clusterSuite } from '../suites/cluster.ts'

const { KUBE_SERVER: url, KUBE_TOKEN: token, CI_E2E } = process.env
const NONE = 'KUBE_SERVER and KUBE_TOKEN name no control plane'

if (url && token) clusterSuite('a real control plane', async () => ({ url, token, close: async () => {} }))
else {
  if (CI_E2E !== '1') console.warn(`skipped: ${NONE}`)
  it.skipIf(CI_E2E !== '1')('has a real control plane to run on', () => {
    expect.fail(NONE)
  })
}
