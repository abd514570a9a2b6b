import { vi } from 'vitest'
import { connect } from '../../../lib/cluster/connect.ts'
import { exchange } from '../../../lib/cluster/http/read.ts'
import { deleteObject, getObject, resourcePath } from '../../../lib/cluster/objects.ts'
import type { ApiResource, Transport } from '../../../lib/cluster/types.ts'

export type Kind = Pick<ApiResource, 'group' | 'version' | 'name'>

export interface Listed {
  metadata: { name: string; namespace?: string; resourceVersion: string }
  status?: { phase?: string; succeeded?: number }
}

export const namespaces: Kind = { group: '', version: 'v1', name: 'namespaces' }
export const configMaps: Kind = { group: '', version: 'v1', name: 'configmaps' }
export const ingresses: Kind = { group: 'networking.k8s.io', version: 'v1', name: 'ingresses' }

export async function openCluster(): Promise<Transport> {
  return (await connect({})).transport
}

/** All of a kind in all namespaces, or in one. */
export async function listAll(transport: Transport, kind: Kind, namespace?: string): Promise<Listed[]> {
  const json = await exchange(transport, { method: 'GET', path: resourcePath(kind, namespace) })
  return (JSON.parse(json.toString()) as { items: Listed[] }).items
}

/** Deletes namespaces and waits until they are gone: what is still going would be in another test's backup, or not. */
export async function removeNamespaces(transport: Transport, names: readonly string[]): Promise<void> {
  await Promise.all(names.map(name => deleteObject(transport, namespaces, { name })))
  const isGone = async (name: string) => (await getObject(transport, namespaces, { name })) === undefined
  const allGone = async () => (await Promise.all(names.map(isGone))).every(Boolean)
  await vi.waitUntil(allGone, { timeout: 100_000, interval: 250 })
}
