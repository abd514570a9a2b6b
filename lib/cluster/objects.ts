import { exchange } from './http/read.ts'
import { ApiError, type ApiResource, type Transport } from './types.ts'

/** One object of a resource. `subresource` such as `status`, where that is meant instead of the object. */
export interface Target {
  namespace?: string | undefined
  name: string
  subresource?: string
}

type Group = Pick<ApiResource, 'group' | 'version' | 'name'>

/** The path of a resource's list in a namespace or in all, or of one of its objects. */
export function resourcePath(resource: Group, namespace?: string, name?: string, subresource?: string): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`
  const within = namespace === undefined ? [] : ['namespaces', namespace]
  const parts = [resource.version, ...within, resource.name, name, subresource].filter(part => part !== undefined)
  return [root, ...parts.map(encodeURIComponent)].join('/')
}

/** The object's JSON as the server writes it; undefined where it does not exist. */
export async function getObject(transport: Transport, resource: Group, target: Target): Promise<Buffer | undefined> {
  try {
    return await exchange(transport, { method: 'GET', path: pathOf(resource, target) })
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

/**
 * Creates an object from its JSON and answers what was stored. `fieldManager`: who owns its fields; without it that is the
 * name of this program. Throws ApiError AlreadyExists (409) where the name is taken.
 */
export async function createObject(
  transport: Transport,
  resource: Group,
  namespace: string | undefined,
  body: Uint8Array | string,
  fieldManager?: string,
): Promise<Buffer> {
  return exchange(transport, { method: 'POST', path: resourcePath(resource, namespace) + queryOf(fieldManager), body })
}

/** Replaces an object, or one of its subresources, whole. `fieldManager`: as for createObject. */
export async function replaceObject(
  transport: Transport,
  resource: Group,
  target: Target,
  body: Uint8Array | string,
  fieldManager?: string,
): Promise<Buffer> {
  return exchange(transport, { method: 'PUT', path: pathOf(resource, target) + queryOf(fieldManager), body })
}

export type PatchType =
  | 'application/merge-patch+json'
  | 'application/json-patch+json'
  | 'application/strategic-merge-patch+json'

/** Changes an object and answers it as it is then. `fieldManager`: as for createObject. */
export async function patchObject(
  transport: Transport,
  resource: Group,
  target: Target,
  contentType: PatchType,
  body: Uint8Array | string,
  fieldManager?: string,
): Promise<Buffer> {
  const path = pathOf(resource, target) + queryOf(fieldManager)
  return exchange(transport, { method: 'PATCH', path, body, contentType })
}

/** Deletes an object, with `uid` only the one that has it; what it owns goes in the background. False where it does not exist. */
export async function deleteObject(
  transport: Transport,
  resource: Group,
  target: Target,
  uid?: string,
): Promise<boolean> {
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    ...(uid !== undefined && { preconditions: { uid } }),
  }
  try {
    await exchange(transport, { method: 'DELETE', path: pathOf(resource, target), body: JSON.stringify(options) })
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}

function queryOf(fieldManager: string | undefined): string {
  return fieldManager === undefined ? '' : `?fieldManager=${encodeURIComponent(fieldManager)}`
}

function pathOf(resource: Group, { namespace, name, subresource }: Target): string {
  return resourcePath(resource, namespace, name, subresource)
}
