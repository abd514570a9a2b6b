import { afterAll, beforeAll, describe } from 'vitest'
import { accessTests } from './cluster/access.ts'
import { applyTests } from './cluster/apply.ts'
import { changeTests } from './cluster/changes.ts'
import { Client, type ClusterUnderTest } from './cluster/client.ts'
import { createTests } from './cluster/creation.ts'
import { customTests } from './cluster/custom.ts'
import { deletionTests } from './cluster/deletion.ts'
import { discoveryTests } from './cluster/discovery.ts'
import { listTests } from './cluster/lists.ts'
import { workloadTests } from './cluster/workloads.ts'

export type { ClusterUnderTest } from './cluster/client.ts'

/** Gives the tests the client once it is there. */
export type WithClient = () => Client

/**
 * What Lateen relies on in a Kubernetes API, as raw HTTP. Written against a real control plane, and run on every
 * implementation, so that the embedded one stays true to it. Each test has namespaces of its own and cleans up.
 */
export function clusterSuite(name: string, open: () => Promise<ClusterUnderTest>): void {
  describe(name, () => {
    let client: Client
    beforeAll(async () => {
      client = new Client(await open())
    })
    afterAll(() => client?.close())
    const withClient: WithClient = () => client
    discoveryTests(withClient)
    listTests(withClient)
    createTests(withClient)
    changeTests(withClient)
    applyTests(withClient)
    deletionTests(withClient)
    customTests(withClient)
    workloadTests(withClient)
    accessTests(withClient)
  })
}
