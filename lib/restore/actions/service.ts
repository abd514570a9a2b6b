import { deleteKeys, objectAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'
import { clearNodePorts } from './node-ports.ts'

/** Takes out the cluster IPs, but of headless Services, and node ports that nobody chose, unless they are to be kept. */
export const service: RestoreItemAction = {
  name: 'velero.io/service',
  applies: ({ resource }) => resource === 'services',
  run: ({ object }, context) => {
    const spec = objectAt(object, 'spec')
    if (spec?.clusterIP !== 'None') deleteKeys(spec, ['clusterIP', 'clusterIPs'])
    if (context.spec.preserveNodePorts !== true) clearNodePorts(object)
    return undefined
  },
}
