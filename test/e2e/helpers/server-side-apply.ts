import { exchange } from '../../../lib/cluster/http/read.ts'
import { resourcePath } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import type { KubeObject } from './dump.ts'

/** What `kubectl apply --server-side` does with an object that was applied without: its fields become kubectl's by Apply. */
export async function applyServerSide(transport: Transport, key: string, file: string): Promise<void> {
  const [resource = '', namespace, name = ''] = key.split('/')
  const [plural, ...group] = resource.split('.')
  const { apiVersion } = JSON.parse(file)
  const kind = { group: group.join('.'), version: apiVersion.split('/').at(-1), name: plural ?? '' }
  const path = resourcePath(kind, namespace, name)
  const live = JSON.parse((await exchange(transport, { method: 'GET', path })).toString()) as KubeObject
  const managedFields = live.metadata.managedFields?.map(owner =>
    owner.manager === 'kubectl-client-side-apply' ? { ...owner, manager: 'kubectl', operation: 'Apply' } : owner,
  )
  const body = JSON.stringify({ metadata: { managedFields } })
  await exchange(transport, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' })
  const apply = { method: 'PATCH' as const, body: file, contentType: 'application/apply-patch+yaml' }
  await exchange(transport, { ...apply, path: `${path}?fieldManager=kubectl&dryRun=All` })
}
