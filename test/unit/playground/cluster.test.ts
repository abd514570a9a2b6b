import { startEmbeddedCluster } from '../../../playground/cluster/cluster.ts'
import { clusterSuite } from '../../suites/cluster.ts'

clusterSuite('the embedded cluster', async () => {
  const cluster = await startEmbeddedCluster()
  return { url: cluster.url, token: cluster.token, close: () => cluster.stop() }
})
