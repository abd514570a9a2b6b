// For flow.ts: the embedded cluster with the capacity that is given as JSON, in a process of its own, which is told by messages
// how many seats it has from now on, and answers each with what it has served and refused so far.
import { Capacity, inRealTime } from '../playground/cluster/capacity.ts'
import { startEmbeddedCluster } from '../playground/cluster/cluster.ts'

const { seats, serviceMs, queueLength } = JSON.parse(process.argv[2] ?? '')
const capacity = new Capacity({ seats, serviceMs: () => serviceMs, queueLength, queueWaitMs: 15_000 }, inRealTime)
const { kubeconfig, url, limitedToken } = await startEmbeddedCluster({ capacity, authorise: () => true })
const tell = (message: object) => process.send?.(message)
process.on('message', (change: { seats?: number }) => {
  if (change.seats !== undefined) capacity.seats = change.seats
  tell({ served: capacity.served, refused: capacity.refused })
})
process.on('disconnect', () => process.exit())
tell({ kubeconfig, url, limitedToken })
